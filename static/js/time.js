// Turns the absolute times of a page into relative ones, in the language of the page; the title keeps the absolute.
const root = document.documentElement
let worker, shown, turn = 0

const tell = () => {
  shown = [...document.querySelectorAll("time[data-time]")]
  if (!shown.length) return
  if (!worker) {
    worker = new Worker(root.dataset.ago)
    worker.onmessage = ({ data }) => data.turn === turn && data.words.forEach(put)
  }
  worker.postMessage({ turn: ++turn, times: shown.map((time) => time.dateTime), language: root.lang })
}

const put = (words, at) => {
  const time = shown[at]
  if (!words || time.textContent === words) return
  time.title ||= time.textContent
  time.textContent = words
}

tell()
document.addEventListener("htmx:load", tell)
setInterval(tell, 60000)
