"use strict";

// The API's description, shown and tried; see templates/dialogues/api_docs.html.
const place = document.getElementById("api-docs");
SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  supportedSubmitMethods: ["get"],
  // Nothing is asked of other sites.
  validatorUrl: null,
});
