// How long ago each of some times was, in words; null when that says less than the date. A worker, because a
// browser needs a tenth of a second on a slow phone before Intl says its first word, and the page must not wait.
const steps = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [604800, "day", 86400], [2629800, "week", 604800]]
let format

const ago = (iso, language) => {
  const seconds = (new Date(iso) - Date.now()) / 1000
  const step = steps.find(([limit]) => Math.abs(seconds) < limit)
  format ??= new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" })
  return step ? format.format(Math.trunc(seconds / step[2]), step[1]) : null
}

onmessage = ({ data: { turn, times, language } }) => postMessage({ turn, words: times.map((iso) => ago(iso, language)) })
