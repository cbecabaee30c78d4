// Tells that somebody saw these results, opened one, or looked for something else instead. Without who it was: ADR 9.
const results = document.querySelector("[data-searched]")
const tell = (what) => navigator.sendBeacon("/search/seen/", new URLSearchParams({ search: results.dataset.searched, [what]: 1 }))

if (results) {
  tell("seen")
  const opened = (event) => {
    if (event.target.closest?.(".result a")) tell("clicked")
    else if (event.target.closest?.("[data-again]")) tell("reformulated")
  }
  document.addEventListener("click", opened)
  document.addEventListener("auxclick", opened)
  document.addEventListener("submit", (event) => {
    const words = event.target.elements.q?.value.trim()
    if (words && words !== new URLSearchParams(location.search).get("q")?.trim()) tell("reformulated")
  })
}
