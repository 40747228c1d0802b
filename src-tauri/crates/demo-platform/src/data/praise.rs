//! The words of reviews, put together from sentences that fit the work and the stars.

use super::records::Kind;
use crate::dice::Dice;

/// A review's words.
pub(crate) struct Words {
    pub(crate) title: &'static str,
    pub(crate) text: String,
    pub(crate) language: &'static str,
}

/// Sentences of one tone in one language: headings, what was said about any work, how it ends.
struct Tone {
    titles: &'static [&'static str],
    general: &'static [&'static str],
    endings: &'static [&'static str],
}

/// Words for a review of such work with that many stars.
pub(crate) fn words(dice: &mut Dice, kind: Kind, stars: i64) -> Words {
    let language = dice.weighted(&[("en", 0.62), ("es", 0.38)], "en");
    let content = stars >= 4;
    let tone = tone(language, stars);
    let mut sentences = vec![dice.pick(special(language, kind, content))];
    if dice.chance(0.7) {
        sentences.insert(0, dice.pick(tone.general));
    }
    if !kind.on_the_road() && dice.chance(0.5) {
        sentences.push(dice.pick(tone.endings));
    }
    Words {
        title: dice.pick(tone.titles),
        text: sentences.join(" "),
        language,
    }
}

fn tone(language: &str, stars: i64) -> &'static Tone {
    match (language, stars) {
        ("es", 5) => &GLAD_ES,
        ("es", 4) => &FINE_ES,
        ("es", _) => &SORE_ES,
        (_, 5) => &GLAD_EN,
        (_, 4) => &FINE_EN,
        (_, _) => &SORE_EN,
    }
}

const GLAD_EN: Tone = Tone {
    titles: &[
        "Excellent",
        "Could not be better",
        "Very happy",
        "Warmly recommended",
        "Top",
        "A real professional",
    ],
    general: &[
        "Everything went as agreed.",
        "Friendly from the first message.",
        "On the minute and in a good mood.",
        "You notice the experience.",
        "Thank you so much!",
    ],
    endings: &[
        "Would book again at any time.",
        "Already booked again.",
        "I have told my neighbours.",
        "Five stars are too few.",
    ],
};

const FINE_EN: Tone = Tone {
    titles: &["Good", "All fine", "Good work", "Satisfied"],
    general: &[
        "Good, with one small thing.",
        "Nothing to complain about.",
        "Polite and careful.",
        "Fair price.",
    ],
    endings: &[
        "Would book again.",
        "A little more notice next time, please.",
        "Good value.",
    ],
};

const SORE_EN: Tone = Tone {
    titles: &["Not my day", "Could be better", "Disappointed", "Mixed"],
    general: &[
        "I had hoped for more.",
        "We misunderstood each other.",
        "Friendly, but it did not help.",
        "It started badly.",
    ],
    endings: &[
        "Support solved it in the end.",
        "I may give it another try.",
        "Not again for me.",
    ],
};

const GLAD_ES: Tone = Tone {
    titles: &[
        "Excelente",
        "Inmejorable",
        "Muy contenta",
        "Muy recomendable",
        "De diez",
    ],
    general: &[
        "Todo como habíamos acordado.",
        "Muy amable desde el primer mensaje.",
        "Puntual y con una sonrisa.",
        "Se nota la experiencia.",
        "¡Mil gracias!",
    ],
    endings: &[
        "Repetiremos seguro.",
        "Ya he vuelto a reservar.",
        "Se lo he contado a mis vecinos.",
    ],
};

const FINE_ES: Tone = Tone {
    titles: &["Bien", "Todo correcto", "Buen trabajo", "Satisfecho"],
    general: &[
        "Bien, con un pequeño detalle.",
        "Ninguna queja.",
        "Persona atenta y cuidadosa.",
        "Precio justo.",
    ],
    endings: &[
        "Volvería a reservar.",
        "La próxima vez, avisar un poco antes.",
        "Buena relación calidad-precio.",
    ],
};

const SORE_ES: Tone = Tone {
    titles: &["Mejorable", "Regular", "Esperaba más", "Un mal día"],
    general: &[
        "No nos entendimos bien.",
        "Amable, pero no fue suficiente.",
        "Empezó con mal pie.",
    ],
    endings: &[
        "Al final lo resolvió la atención al cliente.",
        "Quizá le dé otra oportunidad.",
        "No repetiré.",
    ],
};

fn special(language: &str, kind: Kind, content: bool) -> &'static [&'static str] {
    match (kind, content, language == "es") {
        (Kind::Delivery, true, false) => &[
            "The food was still hot.",
            "Found the back entrance without calling.",
            "Nothing spilled, soup included.",
            "Carried it up four floors.",
            "Quick even in the rain.",
        ],
        (Kind::Delivery, true, true) => &[
            "La comida llegó caliente.",
            "Encontró el portal a la primera.",
            "No se derramó ni la sopa.",
            "Subió cuatro pisos sin ascensor.",
            "Rápido incluso con lluvia.",
        ],
        (Kind::Delivery, false, false) => &[
            "The bag was open when it came.",
            "Forty minutes late and the food was cold.",
            "Left it at the wrong door.",
            "One drink was missing.",
        ],
        (Kind::Delivery, false, true) => &[
            "La bolsa llegó abierta.",
            "Cuarenta minutos tarde y la comida fría.",
            "Lo dejó en otro portal.",
            "Faltaba una bebida.",
        ],
        (Kind::Ride, true, false) => &[
            "A calm drive and a clean car.",
            "We caught the train thanks to a good short cut.",
            "Helped with the suitcases.",
            "Pleasant talk, and quiet when I needed it.",
        ],
        (Kind::Ride, true, true) => &[
            "Conducción tranquila y coche limpio.",
            "Llegamos al tren gracias a un buen atajo.",
            "Ayudó con las maletas.",
            "Conversación agradable.",
        ],
        (Kind::Ride, false, false) => &[
            "Braked too hard for my taste.",
            "Waited at the wrong exit.",
            "Took the long way round.",
        ],
        (Kind::Ride, false, true) => &[
            "Frenaba con demasiada brusquedad.",
            "Me esperó en otra salida.",
            "Dio un rodeo.",
        ],
        (Kind::Handyman, true, false) => &[
            "The shelves are level to the millimetre.",
            "Left the flat cleaner than before.",
            "Brought the right part the first time.",
            "Explained what was worn and why.",
            "The tap has been silent since.",
        ],
        (Kind::Handyman, true, true) => &[
            "Todo nivelado al milímetro.",
            "Dejó el piso más limpio que antes.",
            "Trajo la pieza correcta a la primera.",
            "Explicó qué estaba gastado y por qué.",
        ],
        (Kind::Handyman, false, false) => &[
            "The tap drips again.",
            "Had to come back for a missing tool.",
            "There is paint on the skirting board.",
        ],
        (Kind::Handyman, false, true) => &[
            "El grifo vuelve a gotear.",
            "Tuvo que volver por una herramienta.",
            "Quedó pintura en el rodapié.",
        ],
        (Kind::Design, true, false) => &[
            "Understood our taste after one conversation.",
            "Three drafts, each better than the last.",
            "The files were clean and complete.",
            "Our customers ask who made it.",
        ],
        (Kind::Design, true, true) => &[
            "Entendió nuestro estilo en una sola charla.",
            "Tres bocetos, cada uno mejor que el anterior.",
            "Archivos limpios y completos.",
        ],
        (Kind::Design, false, false) => &[
            "Two days after the date we agreed.",
            "The first draft ignored the brief.",
        ],
        (Kind::Design, false, true) => &[
            "Dos días después de la fecha acordada.",
            "El primer boceto no seguía el encargo.",
        ],
        (Kind::Tutoring, true, false) => &[
            "My daughter understands fractions at last.",
            "Patient, and never a silly question.",
            "Good exercises to take home.",
            "From a four to an eight in one term.",
            "The hour flew by.",
        ],
        (Kind::Tutoring, true, true) => &[
            "Mi hija por fin entiende las fracciones.",
            "Mucha paciencia.",
            "Buenos ejercicios para casa.",
            "De un cuatro a un ocho en un trimestre.",
        ],
        (Kind::Tutoring, false, false) => &["Started fifteen minutes late.", "Too fast for a beginner."],
        (Kind::Tutoring, false, true) => &[
            "Empezó quince minutos tarde.",
            "Demasiado rápido para principiantes.",
        ],
    }
}
