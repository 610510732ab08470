import { renderToString } from 'ink'
import { App, type AppProps } from './app.js'

/** The screen as text, rows separated by line feeds; a pure function of its arguments. */
export function frame(props: AppProps): string {
  return renderToString(<App {...props} />, { columns: props.size.width })
}
