// Turns the absolute times of a page into relative ones, in the language of the page; the title keeps the absolute.
const steps = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [604800, "day", 86400], [2629800, "week", 604800]]
const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto", style: "short" })

const relative = (seconds) => {
  const step = steps.find(([limit]) => Math.abs(seconds) < limit)
  return step && format.format(Math.trunc(seconds / step[2]), step[1])
}

const tell = (within = document) => {
  for (const time of within.querySelectorAll("time[data-time]")) {
    time.title ||= time.textContent
    const words = relative((new Date(time.dateTime) - Date.now()) / 1000)
    if (words) time.textContent = words
  }
}

tell()
document.addEventListener("htmx:load", (event) => tell(event.detail.elt.parentNode || document))
setInterval(tell, 60000, document)
