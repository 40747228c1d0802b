export { default } from "./Connections.svelte";
