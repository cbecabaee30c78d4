// Turns the absolute times of a page into relative ones, in the language of the page; the title keeps the absolute.
const steps = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [604800, "day", 86400], [2629800, "week", 604800]]
// Both wait until the browser is idle: on a slow phone the language data alone takes a tenth of a second.
const later = window.requestIdleCallback ?? ((work) => setTimeout(work, 50, { timeRemaining: () => 5 }))
let format

const relative = (seconds) => {
  const step = steps.find(([limit]) => Math.abs(seconds) < limit)
  format ??= new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" })
  return step && format.format(Math.trunc(seconds / step[2]), step[1])
}

const tell = (within = document) => {
  const times = [...within.querySelectorAll("time[data-time]")]
  const some = (idle) => {
    do {
      const time = times.shift()
      if (!time) return
      time.title ||= time.textContent
      const words = relative((new Date(time.dateTime) - Date.now()) / 1000)
      if (words) time.textContent = words
    } while (idle.timeRemaining() > 4)
    later(some)
  }
  later(some)
}

tell()
document.addEventListener("htmx:load", (event) => tell(event.detail.elt.parentNode || document))
setInterval(tell, 60000, document)
