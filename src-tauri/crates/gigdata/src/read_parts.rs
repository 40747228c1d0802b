//! The reader's parts: one function for each object of the document.

use crate::{
    Achievement, AchievementKind, AdditionalData, Client, Image, Income, Interaction, Outcome, Period,
    Rating, ReadError, ReadOptions, Review, Score, ScoreValue,
    json::{Node, number, text, yes_or_no},
};

type Read<T> = Result<T, ReadError>;

pub(crate) fn interaction(node: Node<'_>, options: &ReadOptions) -> Read<Interaction> {
    let object = node.object()?;
    Ok(Interaction {
        id: object.text("id")?,
        period: object.get("period", period)?.unwrap_or_default(),
        client: object.get("client", client)?,
        kind: object.text("type")?,
        outcome: object
            .get("outcome", |node| outcome(node, options))?
            .unwrap_or_default(),
        additional_data: object.get("additionalData", |node| additional_data(node, options))?,
    })
}

pub(crate) fn achievement(node: Node<'_>) -> Read<Achievement> {
    let object = node.object()?;
    Ok(Achievement {
        id: object.text("id")?,
        time_stamp: object.moment("timeStamp")?,
        kind: AchievementKind::from(object.text("type")?.as_str()),
        name: object.text("name")?,
        description: object.text("description")?,
        score: object.get("score", score)?.flatten(),
        badge_icon_uri: object.get("badgeIconUri", text)?,
    })
}

fn period(node: Node<'_>) -> Read<Period> {
    let object = node.object()?;
    Ok(Period {
        start: object.moment("start")?,
        end: object.moment("end")?,
    })
}

fn client(node: Node<'_>) -> Read<Client> {
    let object = node.object()?;
    Ok(Client {
        id: object.text("id")?,
        name: object.text("name")?,
        photo_uri: object.text("photoUri")?,
    })
}

fn outcome(node: Node<'_>, options: &ReadOptions) -> Read<Outcome> {
    let object = node.object()?;
    let ratings = object.get("ratings", |list| {
        list.list(options.limits.ratings, |node| rating(node, options))
    })?;
    Ok(Outcome {
        success: object.get("success", yes_or_no)?.unwrap_or(true),
        review: object.get("review", review)?,
        ratings: ratings.unwrap_or_default().into_iter().flatten().collect(),
    })
}

fn review(node: Node<'_>) -> Read<Review> {
    let object = node.object()?;
    Ok(Review {
        title: object.text("title")?,
        text: object.text("text")?,
    })
}

/// A rating; `None` for one without a value, which says nothing.
fn rating(node: Node<'_>, options: &ReadOptions) -> Read<Option<Rating>> {
    let object = node.object()?;
    let Some(value) = object.get("value", number)? else {
        return Ok(None);
    };
    Ok(Some(Rating {
        name: object.get("name", text)?,
        value,
        min: object
            .get("min", number)?
            .unwrap_or_else(|| options.rating.min.clone()),
        max: object
            .get("max", number)?
            .unwrap_or_else(|| options.rating.max.clone()),
    }))
}

fn additional_data(node: Node<'_>, options: &ReadOptions) -> Read<AdditionalData> {
    let object = node.object()?;
    Ok(AdditionalData {
        location: object.get("location", text)?,
        title: object.get("title", text)?,
        description: object.get("description", text)?,
        images: object
            .get("images", |list| list.list(options.limits.images, image))?
            .unwrap_or_default(),
        no_of_hours: object.get("noOfHours", number)?,
        income: object.get("income", income)?.flatten(),
    })
}

fn image(node: Node<'_>) -> Read<Image> {
    let object = node.object()?;
    Ok(Image {
        uri: object.text("uri")?,
        caption: object.text("caption")?,
    })
}

/// Money; `None` for a currency without an amount.
fn income(node: Node<'_>) -> Read<Option<Income>> {
    let object = node.object()?;
    let Some(amount) = object.get("amount", number)? else {
        return Ok(None);
    };
    Ok(Some(Income {
        amount,
        currency: object.text("currency")?,
    }))
}

/// A score; `None` for a label without a value.
fn score(node: Node<'_>) -> Read<Option<Score>> {
    let object = node.object()?;
    let Some(value) = object.get("value", score_value)? else {
        return Ok(None);
    };
    Ok(Some(Score {
        value,
        label: object.get("label", text)?,
    }))
}

fn score_value(node: Node<'_>) -> Read<ScoreValue> {
    if node.is_number() {
        number(node).map(ScoreValue::Number)
    } else {
        text(node).map(ScoreValue::Text)
    }
}
