//! `README.txt`: how to open a backpack without Satchel.

use crate::Marks;

/// The text of `README.txt`. It depends on nothing but the marks, so that equal content stays equal.
pub fn readme(marks: Marks) -> String {
    let marks = [(marks.made_up, MADE_UP), (marks.full, FULL)];
    let marks: String = marks
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, text)| *text)
        .collect();
    format!("{TITLE}{marks}{BODY}")
}

const TITLE: &str = "\
SATCHEL BACKPACK, VERSION 1
===========================

This is a copy of what one person keeps in Satchel, a data vault for gig work.
It is made to be read without Satchel, by anybody who was given the key.
";

const MADE_UP: &str = "
MADE-UP DATA. The people, gigs and amounts in this backpack do not exist. It
was packed from a demonstration.
";

const FULL: &str = "
FULL BACKPACK. It also holds sign-ins and private keys, for the move to another
computer. Whoever can open it can act as its owner. Delete it after the move.
";

const BODY: &str = "
LOOK AT IT
----------
Open index.html in any web browser. It needs no network and runs no programs.

OPEN A BACKPACK WITHOUT SATCHEL
-------------------------------
A backpack is a tar archive, compressed with zstd, encrypted with age:

    age -d my.backpack | zstd -d | tar x                  with a passphrase
    age -d -i key.txt my.backpack | zstd -d | tar x       with a key

    age     https://age-encryption.org    (format: age-encryption.org/v1)
    zstd    https://facebook.github.io/zstd    (format: RFC 8878)
    tar     part of every Unix; format: POSIX.1-2001 pax

WHAT IS IN IT
-------------
backpack.json      the list of all files with size and SHA-256, and when and
                   by which program the backpack was packed
backpack.sig       the signature of backpack.json
README.txt         this text
index.html         the content as a page
persona.json       the person’s profile; persona.yaml has the same with the
                   field names that cooperatives use
platforms/<id>/    one folder per platform:
    platform.json      the connection
    data.json          gigs, ratings, reviews and achievements in the Open
                       Platforms format (interactions, achievements)
    records.ndjson     every record with its source, one JSON object per line
    records.csv        the same as a table for a spreadsheet; text that a
                       spreadsheet could take for a formula has an apostrophe
                       in front
    retrievals.ndjson  every fetch, import and entry, with how it ended
    documents.ndjson   which file under raw/ came with which of them
    versions.ndjson    what a record said before its source changed it
    secrets.json       sign-ins; in a full backpack only
raw/<sha256>       every file and answer as it was received
grants.json        who was allowed to see what
erasures.json      who was asked to erase what they have, when, and how they
                   answered
receipts.json      the signed receipt of each of these consents (JWS, PS256)
disclosures.ndjson what left the vault and what was refused, as a chain: each
                   line holds the hash of the line before
log.json           signatures over that chain, by the key in backpack.json
memberships.json   cooperatives that the person is a member of
cooperatives.json  cooperatives and other vaults whose key the person knows,
                   with that key; what this vault is called there; what it
                   offers them. Its own private key is in keys.json only
transfers/<id>/    one folder per transfer that was signed and sent:
    receipt.json       the receipt: whose key signed what, and the answer.
                       \"satchel-cli transfer verify receipt.json\" checks it
    transfer.json      the rest, with the text that was signed unless it was
                       forgotten
incoming/<id>.json what a cooperative or another vault sent here, with the
                   package as it came; once it was let go, its digest only
apps.json          the apps that were installed, and what they kept
app_secrets.json   their tokens; in a full backpack only
keys.json          the private key that signed this backpack and the log, and
                   the one that signs transfers; in a full backpack only
settings.json      how Satchel was set up

A backpack may lack files for which there was no content.

CHECK IT
--------
Every file against the list (needs jq):

    jq -r '.entries[] | .sha256 + \"  \" + .path' backpack.json | sha256sum -c

The list against its signature (RSA-PSS with SHA-256):

    jq -r .signing_key backpack.json > key.pem
    openssl dgst -sha256 -sigopt rsa_padding_mode:pss -verify key.pem \\
        -signature backpack.sig backpack.json

This proves that nothing was changed since the owner of that key packed it.
Whose key it is, the backpack cannot prove: compare it with one you know.

CHECK THE LOG
-------------
\"hash\" of a line in disclosures.ndjson is the SHA-256 of 32 bytes and a text.
The bytes are \"prev_hash\", which is the hash of the line before, zeros in the
first line. The text is an object in JSON, UTF-8, without white space, with
these members of the line in this order, null for one that it does not have:

    version (always 1), seq, id, at, kind, refers_to, party, face, purpose,
    scopes, counts, grant, reason, text_sha256

\"text_sha256\" is the SHA-256 of the 16 bytes of \"salt\", a UUID, and of \"text\".
Both are missing where the owner deleted the words; the chain still holds.
In Python 3:

    import hashlib, json, uuid

    NAMES = \"\"\"version seq id at kind refers_to party face purpose
        scopes counts grant reason text_sha256\"\"\".split()

    def sha256(*parts):
        return hashlib.sha256(b\"\".join(parts)).hexdigest()

    before = \"00\" * 32
    for line in open(\"disclosures.ndjson\", encoding=\"utf-8\"):
        entry = json.loads(line)
        body = {name: entry.get(name) for name in NAMES} | {\"version\": 1}
        text = json.dumps(body, ensure_ascii=False, separators=(\",\", \":\"))
        fits = entry[\"prev_hash\"] == before
        fits &= entry[\"hash\"] == sha256(bytes.fromhex(before), text.encode())
        if \"text\" in entry:
            words = uuid.UUID(entry[\"salt\"]).bytes, entry[\"text\"].encode()
            fits &= entry[\"text_sha256\"] == sha256(*words)
        print(entry[\"seq\"], \"OK\" if fits else \"CHANGED\")
        before = entry[\"hash\"]

log.json says how its signatures are checked. The last one should be of the last
line: it shows that no line was taken away from the end.

AMOUNTS AND TIMES
-----------------
\"amount\" is {\"minor\": 675, \"currency\": \"EUR\", \"exponent\": 2}: 675 divided by
10 to the power of 2, so 6.75 euros. Times are RFC 3339 with their own offset.
\"assurance\" says how sure a record is: signed (the platform’s signature was
checked), fetched (read from the platform over TLS), imported (from a file that
the person gave), typed (the person’s own entry).
";

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Marks = Marks {
        full: true,
        made_up: true,
    };

    #[test]
    fn marks_stand_before_the_rest() {
        let plain = readme(Marks::default());
        assert!(!plain.contains("MADE-UP") && !plain.contains("FULL BACKPACK"));
        let text = readme(BOTH);
        assert!(text.find("MADE-UP DATA").unwrap() < text.find("FULL BACKPACK").unwrap());
        assert!(text.find("FULL BACKPACK").unwrap() < text.find("LOOK AT IT").unwrap());
    }

    #[test]
    fn lines_fit_a_terminal() {
        for line in readme(BOTH).lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
