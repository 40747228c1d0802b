export { default } from "./Work.svelte";
