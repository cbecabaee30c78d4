// A vote shows at once, and goes back with a word if the server says no. The answer replaces the button.
const flip = (vote) => {
  const pressed = vote.getAttribute("aria-pressed") === "true"
  const count = vote.querySelector("[data-count]")
  vote.setAttribute("aria-pressed", String(!pressed))
  count.textContent = Number(count.textContent) + (pressed ? -1 : 1)
}

const failed = async (answer) => {
  const plain = answer?.headers.get("Content-Type")?.startsWith("text/plain")
  const text = plain ? await answer.text() : document.querySelector("#words").dataset.failed
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, bad: true } }))
}

const cast = async (vote) => {
  if (vote.dataset.busy) return
  vote.dataset.busy = "yes"
  flip(vote)
  const headers = { "HX-Request": "true", "X-CSRFToken": vote.form.querySelector("[name=csrfmiddlewaretoken]").value }
  const answer = await fetch(vote.formAction, { method: "POST", headers, body: new URLSearchParams({ flat: vote.matches(".vote-flat") ? "1" : "" }) }).catch(() => null)
  if (answer?.redirected) return vote.form.requestSubmit(vote)
  delete vote.dataset.busy
  if (!answer?.ok) return flip(vote), failed(answer)
  const focused = document.activeElement === vote
  const made = document.createElement("template")
  made.innerHTML = await answer.text()
  const next = made.content.querySelector(".vote")
  vote.replaceWith(next)
  if (focused) next.focus()
  next.dispatchEvent(new Event("voted", { bubbles: true }))
}

document.addEventListener("click", (event) => {
  const vote = event.target.closest("[data-vote]")
  if (!vote?.form) return
  event.preventDefault()
  cast(vote)
})
