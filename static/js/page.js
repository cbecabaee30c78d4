// Signs what htmx sends, and follows a log-in that has run out.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")
  if (token) event.detail.headers["X-CSRFToken"] = token.value
})

// XMLHttpRequest follows redirects silently: without this the log-in page would land inside a button.
document.addEventListener("htmx:beforeSwap", (event) => {
  const reached = new URL(event.detail.xhr.responseURL || location.href)
  if (!reached.pathname.startsWith("/accounts/")) return
  event.detail.shouldSwap = false
  location.href = `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`
})

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-next]")
  if (link) link.search = `?next=${encodeURIComponent(location.pathname + location.search)}`
})

// On a phone the categories are a strip: the one we are in should be in sight.
const here = document.querySelector(".side [aria-current]")
const strip = here?.closest(".side")
if (strip) strip.scrollLeft += here.getBoundingClientRect().left - strip.getBoundingClientRect().left - strip.clientWidth / 3
