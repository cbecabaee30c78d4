// A filter form (data-auto) goes as soon as something in it is chosen; its button is for those without script.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]")
  if (form && event.target.matches("select, input")) form.requestSubmit()
})
