// A card of the roadmap is dragged to another column: that is the entry of its own menu that leads there.
let dragged = null

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card]")
  if (dragged) event.dataTransfer.effectAllowed = "move"
})

document.addEventListener("dragover", (event) => {
  if (dragged && event.target.closest("[data-column]")) event.preventDefault()
})

document.addEventListener("drop", (event) => {
  const column = dragged && event.target.closest("[data-column]")
  if (!column) return
  event.preventDefault()
  dragged.querySelector(`[data-to="${CSS.escape(column.dataset.column)}"]`)?.click()
})

document.addEventListener("dragend", () => { dragged = null })

// A page that stays open asks whether it is out of date, and fetches itself when it is.
const EVERY = 20_000
let known = ""

const renew = async (place) => {
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } }).catch(() => null)
  if (!answer?.ok) return
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(place.id)
  if (next && !dragged && !place.querySelector("details[open]")) place.replaceChildren(...next.childNodes)
}

const ask = async () => {
  const place = document.querySelector("[data-fresh]")
  if (!place || document.hidden || dragged) return
  const answer = await fetch(place.dataset.fresh).catch(() => null)
  const number = answer?.ok ? await answer.text() : known
  if (known && number !== known) await renew(place)
  known = number
}

if (document.querySelector("[data-fresh]")) {
  ask()
  setInterval(ask, EVERY)
  document.addEventListener("visibilitychange", ask)
}
