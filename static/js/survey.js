// The page of a survey: a tap on a number sends it, and where the mail's link chose one, the first real tap or key
// confirms it. Programs that open links make no trusted events, so they confirm nothing; arrows only move.
const send = (form) => {
  if (!form.dataset.sent) form.requestSubmit()
}

document.addEventListener("click", (event) => {
  const mark = event.target.closest("[data-survey] .scale-mark input")
  // The arrow keys click a radio too, with no place on the screen.
  if (mark && event.isTrusted && event.detail > 0) send(mark.form)
})

document.addEventListener("pointerup", (event) => {
  const form = document.querySelector("[data-survey-waits]")
  if (form && event.isTrusted && !event.target.closest("a, button, label, input")) send(form)
})

document.addEventListener("keydown", (event) => {
  const form = document.querySelector("[data-survey-waits]")
  if (form && event.isTrusted && event.key === "Enter" && !event.target.closest("a, button")) send(form)
})
