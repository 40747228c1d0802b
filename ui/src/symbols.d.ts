/** Made by vite.config.ts from the package: the name of each free symbol with its code point and its free styles, such as "f492:s". */
declare module "virtual:symbols" {
  const symbols: Record<string, string>;
  export default symbols;
}
