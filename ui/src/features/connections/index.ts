import "../../shared/styles/pages.css";

export { default } from "./Connections.svelte";
