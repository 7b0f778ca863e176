import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { freehold } from "freehold/vite";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react(), tailwindcss(), freehold()],
  // React, the AI SDK and the agents' client come as one file: 150 KiB when it is compressed.
  build: { chunkSizeWarningLimit: 600 },
});
