import "../../shared/styles/pages.css";

export { default } from "./Cooperatives.svelte";
