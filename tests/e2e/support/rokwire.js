// What `jose` (npm) says to tokens: by the set of keys and by the PEM. Its first line on stdout says that it is there; each line on stdin
// is an order, answered with one line. It ends with its standard input.

const { createInterface } = require("node:readline");
const { pathToFileURL } = require("node:url");

async function verify(jose, order) {
  const checks = {
    algorithms: [order.alg],
    audience: order.audience,
    issuer: order.issuer,
    typ: order.typ ?? "JWT",
    requiredClaims: ["exp", "iat", "sub", "jti"],
  };
  const ways = {
    with_set: () => jose.createLocalJWKSet(order.jwks),
    with_pem: () => jose.importSPKI(order.pem, order.alg),
  };
  const said = {};
  for (const [name, key] of Object.entries(ways)) {
    try {
      said[name] = (await jose.jwtVerify(order.token, await key(), checks)).payload;
    } catch (error) {
      said[name] = null;
      said[`why ${name}`] = String(error);
    }
  }
  return said;
}

async function main() {
  const jose = await import(pathToFileURL(require.resolve("jose")));
  console.log(JSON.stringify({ ready: true }));
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await verify(jose, JSON.parse(line))));
  }
}

main();
