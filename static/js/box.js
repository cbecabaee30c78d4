// The help box inside a frame: it takes the cursor when it is opened, and Escape puts it away. Nothing else is said or heard.
const box = document.querySelector("[data-box]")

if (box && parent !== window) {
  addEventListener("message", (event) => {
    const isOpened = event.source === parent && event.data === "hearback:open"
    if (isOpened && !box.contains(document.activeElement)) box.querySelector("input[type=search], a, button").focus()
  })
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) parent.postMessage("hearback:close", "*")
  })
}

// Staff hear what was looked for and not found, once whoever typed it has stopped for a while: ADR 9.
const stopped = () => {
  const missing = box.querySelector("[data-missing]")
  if (missing) setTimeout(() => missing.isConnected && navigator.sendBeacon("/search/seen/", new URLSearchParams({ search: missing.dataset.missing })), 3000)
}

// What was typed before the scripts were there is looked for too.
document.addEventListener("DOMContentLoaded", () => {
  if (!box) return
  stopped()
  box.addEventListener("htmx:afterSwap", stopped)
  const field = box.querySelector("input[type=search]")
  if (field && field.value !== field.defaultValue) field.dispatchEvent(new Event("again"))
})
