//! Names and titles. All are invented; a likeness to a real place or person is chance.

/// Where deliveries come from.
pub(crate) const KITCHENS: &[&str] = &[
    "Horno Candela",
    "La Olla Lenta",
    "Tres Tomates",
    "Casa Azafrán",
    "Pan de Lunes",
    "El Fogón Verde",
    "Sopa y Sol",
    "Bocado Bravo",
    "Arroz con Todo",
    "Mesa Siete",
    "La Huerta Chica",
    "Noodle Nido",
    "Taquería Luna",
    "Pizza Cometa",
    "Dumpling Dos",
    "Curry Claro",
    "Farmacia del Faro",
    "Flores Amapola",
    "Librería Nube",
    "Ultramarinos Roque",
];

/// Where deliveries and rides go.
pub(crate) const STREETS: &[&str] = &[
    "Calle del Limonero",
    "Calle de la Brújula",
    "Paseo de las Cometas",
    "Calle del Reloj",
    "Plaza del Pozo Viejo",
    "Calle de los Tejedores",
    "Avenida del Faro",
    "Calle de la Noria",
    "Callejón del Gato Azul",
    "Calle del Almendro",
    "Ronda de los Molinos",
    "Calle de las Velas",
    "Plaza de la Higuera",
    "Calle del Telar",
    "Paseo del Arroyo",
    "Calle de la Campana",
    "Calle de los Faroles",
    "Travesía del Romero",
    "Calle de la Paloma",
    "Avenida de los Tilos",
    "Calle del Violín",
    "Plaza del Mercado Nuevo",
    "Calle de la Arena",
    "Calle del Tranvía",
];

/// Where rides begin.
pub(crate) const PLACES: &[&str] = &[
    "North station",
    "Airport, terminal 2",
    "Harbour gate",
    "City hospital",
    "Fairground",
    "University library",
    "Central market",
    "Botanical garden",
    "Concert hall",
    "Stadium, gate 5",
    "Old town hall",
    "Technology park",
    "Ferry terminal",
    "Museum of maps",
];

/// Handyman jobs.
pub(crate) const REPAIRS: &[&str] = &[
    "Hang three shelves",
    "Mend a dripping tap",
    "Assemble a wardrobe",
    "Paint a small bedroom",
    "Change a lock",
    "Fit a ceiling lamp",
    "Repair a blind",
    "Put up curtain rails",
    "Seal a shower tray",
    "Level a washing machine",
    "Replace two sockets",
    "Assemble a cot and a chest",
    "Plane a door that sticks",
    "Patch a plaster wall",
];

/// Design projects.
pub(crate) const PROJECTS: &[&str] = &[
    "Logo for a bakery",
    "Menu for a tavern",
    "Poster for a street festival",
    "Website for a yoga studio",
    "Labels for a small brewery",
    "Brochure for a dance school",
    "Icons for a parking app",
    "Book cover for a first novel",
    "Signs for a community garden",
    "Pitch slides for a start-up",
];

/// Lessons.
pub(crate) const LESSONS: &[&str] = &[
    "Maths lesson, secondary school",
    "English conversation",
    "Physics before the exam",
    "Spanish for beginners",
    "Reading with a second grader",
    "Chemistry homework",
    "Guitar, first year",
    "Spreadsheet basics",
    "History essay",
    "Maths lesson, university entrance",
];

/// Clients, as a platform shows them: a given name and an initial.
pub(crate) const CLIENTS: &[&str] = &[
    "Nuria P.",
    "Gael R.",
    "Marisol T.",
    "Iker B.",
    "Carlota V.",
    "Hugo M.",
    "Aitana S.",
    "Bilal K.",
    "Greta L.",
    "Tomás F.",
    "Irune A.",
    "Pol C.",
    "Zaira D.",
    "Mateo G.",
    "Elsa N.",
    "Rachid O.",
    "Vera H.",
    "Joel Q.",
    "Alma J.",
    "Yago E.",
    "Sol W.",
    "Dario U.",
    "Ona Z.",
    "Kike I.",
    "Leire X.",
    "Bruna Y.",
    "Anselm T.",
    "Priya R.",
    "Wiktor P.",
    "Fatou S.",
    "Jonas B.",
    "Mei C.",
];

/// A client's number, by name.
pub(crate) fn client_number(name: &str) -> usize {
    CLIENTS
        .iter()
        .position(|client| *client == name)
        .unwrap_or_default()
}
