// One-letter keys: off in fields, with modifiers, and for those who switched them off.
// A dialog that was just closed may hold the focus until the next frame: the keys are the page's again by then.
const writing = (element) => element.closest("input, textarea, select, [contenteditable], dialog[open]")

const rows = () => [...document.querySelectorAll("[data-row]")]

const current = () => document.querySelector("[data-row][data-current]") || document.activeElement.closest("[data-row]")

const move = (by) => {
  const list = rows()
  const next = list[Math.min(Math.max(list.indexOf(current()) + by, 0), list.length - 1)]
  if (!next) return
  for (const row of list) row.toggleAttribute("data-current", row === next)
  const link = next.querySelector(".row-title, .post-number")
  link?.focus({ preventScroll: true })
  next.scrollIntoView({ block: "nearest" })
}

const field = (...names) => names.map((name) => document.querySelector(name)).find((found) => found?.checkVisibility())

// A guest's composer waits behind a link: focus alone would leave them in front of it.
const enter = (found) => (found?.matches("a") ? found.click() : found?.focus())

const keys = {
  "/": () => field("[data-key-search]", "[data-key-ask]")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  o: () => current()?.querySelector("a.row-title")?.click(),
  c: () => { location.href = "/t/new/" },
  r: () => enter(field("[data-key-reply]", "[data-reply]")),
  "?": () => document.querySelector("[data-key-help]")?.click(),
}

document.addEventListener("keydown", (event) => {
  // A row may have keys of its own, such as those of the moderation queue.
  const button = /^[a-z]$/.test(event.key) && current()?.querySelector(`[data-key="${event.key}"]`)
  const act = button ? () => button.click() : Object.hasOwn(keys, event.key) && keys[event.key]
  if (!act || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (document.documentElement.dataset.keys !== "on" || writing(event.target)) return
  event.preventDefault()
  act()
})
