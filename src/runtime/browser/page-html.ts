/** The page that a browser opens; `page/page.ts` fills it. */
export const pageHtml = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>pare: latency in this browser</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif }
  body { max-width: 36rem; margin: 1.5rem auto; padding: 0 1.25rem }
  h1 { font-size: 1.5rem; line-height: 1.25 }
  progress { width: 100%; height: 1.25rem }
  small { display: block; margin-top: 2rem; opacity: 0.75; overflow-wrap: anywhere }
</style>
<h1>How fast is a neural network in this browser?</h1>
<p>pare runs models here in onnxruntime-web (WebAssembly) and times each run. Leave this page open and in front, and the
  machine otherwise idle, until it says that it is done. Nothing leaves the machine that pare runs on and this one.</p>
<p id="said" role="status">Loading the page.</p>
<progress max="1" value="0" hidden></progress>
<p id="share"></p>
<small id="about"></small>
<noscript>This page needs JavaScript.</noscript>
<script type="module" src="page/page.js"></script>
</html>
`
