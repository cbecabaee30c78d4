// Arrows walk through what the search box offers; Escape puts it away. Links, so that Tab and Enter do what they do anywhere.
const offered = (box) => [...box.querySelectorAll(".suggestions a")]

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.(".find")
  if (!box || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
  const field = box.querySelector("input")
  if (event.key === "Escape") {
    box.querySelector(".suggestions").replaceChildren()
    field.focus()
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step) return
  const stops = [field, ...offered(box)]
  const next = stops[stops.indexOf(event.target) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
})

// A box that was emptied offers nothing; what was asked before may still come back.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "suggestions") return
  const asked = new URL(event.detail.xhr.responseURL).searchParams.get("q") || ""
  const field = event.detail.target.parentNode.querySelector("input")
  if (asked !== field.value) event.detail.shouldSwap = false
})
