{% extends "search/loader.js" %}
{% block says %}/* What is new, by Hearback: <script src="https://…/embed/changelog.js" async></script>. docs/roadmap.md says what it takes. */{% endblock says %}
{% block page_language %}document.documentElement.lang, {% endblock page_language %}
{% block side %}start{% endblock side %}
{% block style %}b { margin-inline-start: 8px; padding: 1px 8px; border-radius: 99px; color: #1b2733; background: #fff; font-weight: 700 }
    .said { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%) }
    {% endblock style %}
{% block stands %}
  // What was published since the reader last looked here; their browser alone remembers when that was.
  const key = `hearback:changelog:${community}`
  const remembered = () => {
    try {
      return Number(localStorage.getItem(key))
    } catch {
      return 0 // a page may keep nothing
    }
  }
  const since = remembered() || Date.now() / 1000 - more.recent
  const count = more.latest.filter((at) => at > since).length
  const told = count > more.most ? `${more.most}+` : String(count)
  const links = () => document.querySelectorAll("[data-hearback-changelog]")
  if (count) {
    launcher.append(make("b", { "aria-hidden": "true" }, told), make("span", { class: "said" }, `(${spoken[0]}: ${told})`))
    links().forEach((link) => (link.dataset.hearbackCount = told))
  }
  const looked = () => {
    launcher.querySelectorAll("b, .said").forEach((part) => part.remove())
    links().forEach((link) => delete link.dataset.hearbackCount)
    try {
      localStorage.setItem(key, Math.max(since, ...more.latest))
    } catch {
      // then it is counted again on the next page
    }
  }

{% endblock stands %}
{% block opened %}    looked()
{% endblock opened %}
