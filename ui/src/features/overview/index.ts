import "../../shared/styles/pages.css";

export { default } from "./Overview.svelte";
