// The main window.
import { show } from "./shared/show";
import "./shared/styles/index.css";
import Main from "./views/Main.svelte";

void show(Main);
