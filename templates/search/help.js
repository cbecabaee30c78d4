{% extends "search/loader.js" %}{% block says %}/* The help box of Hearback: <script src="https://…/embed/help.js" async></script>. docs/knowledge.md says what it takes. */{% endblock says %}
