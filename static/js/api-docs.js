// The API's document, drawn by Swagger UI from our own files.
"use strict";

const home = document.getElementById("api");

SwaggerUIBundle({
  url: home.dataset.schema,
  domNode: home,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  // Whoever tries it out as themselves sends what every form of ours sends.
  requestInterceptor: (request) => {
    if (!["GET", undefined].includes(request.method) && !request.headers.Authorization) {
      request.headers["X-CSRFToken"] = home.dataset.csrf;
    }
    return request;
  },
});
