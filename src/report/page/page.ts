/** Fills the page: the list of trials and the plots, from the data that it was written with. */
import type { PageData } from './page-data.js'
import { drawPlots } from './plots.js'
import { showTrials } from './trial-table.js'

// What pare wrote, so that it is what it is said to be.
const data = JSON.parse(document.querySelector('#data')!.textContent) as PageData

const list = document.querySelector('#trial-list')
if (list !== null && data.trials !== null) showTrials(list, data.trials)

void drawPlots(data.figures).then(() => {
  document.documentElement.dataset.state = 'drawn'
})
