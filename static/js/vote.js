// A vote shows at once and goes back if the server says no. The answer replaces the button either way.
const flip = (vote) => {
  const pressed = vote.getAttribute("aria-pressed") === "true"
  const count = vote.querySelector("[data-count]")
  vote.setAttribute("aria-pressed", String(!pressed))
  count.textContent = Number(count.textContent) + (pressed ? -1 : 1)
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const vote = event.target.closest("[data-vote]")
  if (vote) flip(vote)
})

document.addEventListener("htmx:afterRequest", (event) => {
  const vote = event.target.closest?.("[data-vote]")
  if (vote && !event.detail.successful) flip(vote)
})
