// What a page asks whoever votes (data-after-vote: its address; data-of: that of the vote) comes and goes with the vote.
// The focus stays where it is; the status before it lets a screen reader hear its first line.
let latest = 0

const ask = async (place) => {
  const mine = ++latest
  const answer = await fetch(place.dataset.afterVote, { headers: { "HX-Request": "true" } }).catch(() => null)
  if (!answer?.ok || answer.redirected) return
  const text = await answer.text()
  if (mine !== latest) return
  place.innerHTML = text
  place.previousElementSibling.textContent = place.querySelector("summary")?.textContent ?? ""
}

document.addEventListener("voted", (event) => {
  const place = document.querySelector("[data-after-vote]")
  if (place && event.target.matches(`[formaction^="${place.dataset.of}"]`)) ask(place)
})
