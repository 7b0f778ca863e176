import react from "@vitejs/plugin-react";
import { freehold } from "freehold/vite";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react(), freehold()],
});
