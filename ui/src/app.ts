// The window of one app.
import { show } from "./shared/show";
import "./shared/styles/index.css";
import AppFrame from "./views/AppFrame.svelte";

void show(AppFrame);
