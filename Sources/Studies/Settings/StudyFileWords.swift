// What forms, differences and messages call the keys of a study file, and what each is for: for all of them, in one place.

/// Words for every key of ``Shape/studyFile``.
public enum StudyFileWords {
    /// A title of a few words, and a sentence or two of help.
    public struct Words: Sendable {
        let title: String
        let help: String

        init(_ title: String, _ help: String = "") {
            self.title = title
            self.help = help
        }
    }

    /// A part of the form: keys of the file that belong together.
    public struct Section: Encodable, Sendable {
        public let title: String
        public let help: String
        public let keys: [String]
    }

    /// The parts of the form, in order. A key that none of them names comes after all.
    public static let sections: [Section] = [
        .init(
            title: "The study", help: "What it is called, and what people are told of it.",
            keys: ["name", "title", "minutes", "contact", "language"]),
        .init(
            title: "Questions and groups", help: "What is talked about, and by how many together.",
            keys: ["questions", "rounds", "groups", "opinion", "opinion_ratings"]),
        .init(
            title: "Statements",
            help: "The conditions that you compare. In each round every condition makes a statement, and everybody rates all "
                + "of them without knowing which is which.",
            keys: [
                "conditions", "conditions_per_round", "arms", "prompts", "preference_model", "force_preference_model",
            ]),
        .init(
            title: "Texts", help: "What people read before, during and after the study.", keys: ["texts"]),
        .init(
            title: "People and pay", help: "Where people come from, how many, what they get.",
            keys: ["recruitment", "completion", "quotas", "payment"]),
        .init(
            title: "Checking texts", help: "What is looked at before people's own words are shown to others.",
            keys: ["review"]),
        .init(
            title: "Surveys and checks", help: "Questions of your own before, between and after the rounds.",
            keys: ["surveys", "comprehension", "attention_checks"]),
        .init(
            title: "Time", help: "How long each step may take. When its time is over, the group goes on.",
            keys: ["time_limits", "dropouts"]),
        .init(
            title: "Data quality", help: "What is flagged in the data, and what counts.", keys: ["quality", "inclusion"]),
        .init(
            title: "Publication", help: "What files with the data say of themselves.", keys: ["publication", "data_version"]),
        .init(title: "Other languages", help: "The texts again, in languages that people may choose.", keys: ["translations"]),
    ]

    /// The words of the key at `path` (keys only). Its own name where there are none.
    static func words(at path: [String]) -> Words {
        if let words = all[path.joined(separator: ".")] { return words }
        var general = path
        if general.count > 2 { general[1] = "*" }
        return all[general.joined(separator: ".")] ?? Words(path.last ?? "")
    }

    /// The path as people read it: "Time limits › Opinions". Places in lists are numbers.
    public static func title(of path: [String]) -> String {
        var keys: [String] = []
        return path.map { step in
            if Int(step) != nil { return step }
            keys.append(step)
            return words(at: keys).title
        }.joined(separator: " › ")
    }

    /// What an option of the choice at `path` is called.
    static func option(_ value: String, at path: [String]) -> String {
        options["\(path.last ?? "")=\(value)"] ?? value
    }

    private static let options: [String: String] = [
        "split=train": "train – for collecting ratings to train models on",
        "split=validation": "validation – for choosing between models",
        "split=iid_test": "iid_test – for testing, on topics that were trained on",
        "split=ood_test": "ood_test – for testing, on topics nobody trained on",
        "source=model": "the language model drafts it from the group's opinions",
        "source=human-opinion": "a member's own opinion, shown as a statement",
        "source=position-statement": "one of the question's two position statements",
        "source=open": "an open link: whoever has it",
        "source=invitation": "invitations: a link for each person",
        "source=platform": "a platform such as Prolific",
        "select=first": "the first well-formed draft",
        "select=random": "one at random",
        "select=welfare": "the draft of the highest predicted welfare",
        "select=schulze": "the winner of a Schulze vote by predicted agreement",
        "select=predicted-welfare": "the opinion of the highest predicted welfare",
        "select=actual-welfare": "the opinion of the highest welfare by members' ratings",
        "before_display=always": "nothing is shown before an admin has approved it",
        "before_display=flagged": "what the screen flags is not shown before an admin has approved it",
        "before_display=never": "everything is shown; an admin can hide it afterwards",
        "kind=scale": "a scale", "kind=choice": "a choice", "kind=number": "a number", "kind=text": "a text",
        "kind=stance": "a stance on a question of the set",
        "language=en": "English", "language=de": "German", "language=ar": "Arabic",
        "block=pasted": "text that was pasted in", "block=copied-question": "the question repeated",
        "block=too-fast-opinion": "written too fast",
        "excluding_flags=pasted": "text that was pasted in", "excluding_flags=copied-question": "the question repeated",
        "excluding_flags=too-fast-opinion": "an opinion written too fast",
        "excluding_flags=too-fast-rating": "a rating given too fast",
        "excluding_flags=straight-lining": "the same rating for everything",
        "excluding_flags=failed-attention-check": "a failed attention check",
    ]

    private static let criterion: [(key: String, words: Words)] = [
        ("question", Words("Question", "The key of a question of the survey before the instructions.")),
        ("attribute", Words("Attribute", "Or the name of something known of people before they come.")),
        ("is", Words("Answers", "Whoever gave any of these answers.")),
        ("from", Words("From", "For a number or a scale: from here …")),
        ("to", Words("To", "… to here, both included.")),
    ]

    private static let all: [String: Words] = {
        var words = written
        for place in ["groups.compose", "quotas.answers"] {
            for (key, own) in criterion { words["\(place).\(key)"] = own }
        }
        return words
    }()

    private static let written: [String: Words] = [
        "name": Words(
            "Name", "In addresses and in the data: lower-case letters, digits and hyphens. It stays as it is once the study is made."),
        "title": Words("Title", "What people see at the top of every page."),
        "minutes": Words("Minutes", "How long taking part takes, as people are told. Nothing is cut off by it."),
        "contact": Words("Contact", "Whom people may write to, such as an e-mail address. Shown on every page."),
        "language": Words("Language", "Of the texts that you write here. English if you leave it out."),

        "questions": Words("Questions", "Each group draws its questions at random from these, none twice."),
        "questions.set": Words("Question set", "Make question sets on the page Question sets."),
        "questions.split": Words("Split", "Which part of the set is used. Keep test questions apart from those you train on."),
        "rounds": Words("Rounds", "How many questions a group goes through, one after another."),
        "groups": Words("Groups", "Who is put together."),
        "groups.size": Words("Members", "3, 4 or 5; several sizes are allocated in turn."),
        "groups.minimum": Words(
            "Fewest to start", "When somebody has waited as long as they may, a group of so many starts all the same."),
        "groups.minimum_to_go_on": Words("Fewest to go on", "When people leave. The same as to start if you leave it out."),
        "groups.still_there_seconds": Words(
            "Seconds for “Still there?”", "Whoever has waited a while is asked before a group starts. 30 if you leave it out."),
        "groups.compose": Words("Composition", "People of different kinds that every group has to hold."),
        "groups.compose.at_least": Words("At least", "So many members of this kind in every group."),
        "opinion": Words("Opinions", "What people write."),
        "opinion.minimum_words": Words("Fewest words"),
        "opinion.maximum_characters": Words("Most characters"),
        "opinion_ratings": Words(
            "Rate each other's opinions", "Before statements are made, each member rates what the others wrote. Say so in the consent."),

        "conditions": Words(
            "Conditions", "The ways of making a statement that you compare. People are never told which is which."),
        "conditions.name": Words("Name", "How it is called in the data. People never see it."),
        "conditions.source": Words("Who makes the statement"),
        "conditions.prompt": Words(
            "Prompt", "For the language model: zero-shot, few-shot (with worked examples), or one of your own below."),
        "conditions.model": Words(
            "Model", "A language model of the page Models, as name@version. The server's own if you leave it out."),
        "conditions.statements": Words("Statements", "How many a round shows of this condition. 1 if you leave it out."),
        "conditions.candidates": Words("Drafts", "How many the model writes, to choose from. 16 if you leave it out."),
        "conditions.select": Words("Which one is shown"),
        "conditions.alpha": Words(
            "Inequality aversion α",
            "For a choice by welfare: 0 is the mean of the members' agreement, 1 the geometric mean, inf the least. Of several, "
                + "one is drawn for each round."),
        "conditions.exclude": Words(
            "Members left out",
            "So many members' opinions are silently not given to the model: 0, 1, 2, or a share such as 0.3. It needs a twin with "
                + "0 that is the same otherwise, and the debriefing has to say so."),
        "conditions.sampling": Words("Sampling", "How drafts are drawn. Leave it out unless you know why."),
        "conditions.sampling.temperature": Words("Temperature"),
        "conditions.sampling.top_p": Words("Top p"),
        "conditions.sampling.min_p": Words("Min p"),
        "conditions.sampling.maximum_tokens": Words("Most tokens"),
        "conditions.sampling.stop": Words("Stop at", "Texts at which a draft ends."),
        "conditions_per_round": Words(
            "Conditions per round", "Of all conditions so many are drawn for each round. All of them if you leave it out."),
        "arms": Words("Arms", "Ways through the study that whole groups are allocated to at random."),
        "arms.name": Words("Name", "In the data."),
        "arms.groups": Words("Groups", "How many groups this arm is to have."),
        "arms.conditions": Words("Conditions", "The names of its conditions. All of them if you leave it out."),
        "prompts": Words("Prompts of your own", "Which conditions can name beside zero-shot and few-shot."),
        "prompts.name": Words("Name"),
        "prompts.text": Words("Text", "Docs: running-a-study.md says which places in it are filled in."),
        "preference_model": Words(
            "Preference model", "Predicts how much members agree; as name@version. For conditions that choose by it."),
        "force_preference_model": Words(
            "Use it all the same", "Also when it has not been shown to predict better than simple guesses."),

        "texts": Words("Texts"),
        "texts.consent": Words("Consent", "What people read before they agree to take part. A blank line begins a new paragraph."),
        "texts.instructions": Words("Instructions", "What people read before the first round, and may open again at any time."),
        "texts.debriefing": Words(
            "Debriefing", "What people read at the end. If members are left out, it has to be said here."),
        "texts.formatted": Words(
            "Formatting", "# heading, **bold**, *italic*, lists, [links](https://…) and pictures are shown as such, not as signs."),

        "recruitment": Words("Recruitment", "Where people come from. An open link if you leave it out."),
        "recruitment.source": Words("People come by"),
        "recruitment.participant_parameter": Words(
            "Person in the link", "The name of the link's parameter for the person. Prolific's, PROLIFIC_PID, if you leave it out."),
        "recruitment.study_parameter": Words("Study in the link", "STUDY_ID if you leave it out."),
        "recruitment.session_parameter": Words("Session in the link", "SESSION_ID if you leave it out."),
        "recruitment.redirect": Words(
            "Way back", "Where people are sent at the end: an https address with {code} in it, such as "
                + "https://app.prolific.com/submissions/complete?cc={code}"),
        "recruitment.excluded_studies": Words(
            "Excluded studies", "Whoever took part in one of these studies of yours is not let in, by their id on the platform."),
        "recruitment.attributes": Words("Attributes", "Names of what you know of people before they come."),
        "recruitment.limit_minutes": Words(
            "The platform's time limit", "In minutes. You are warned if the study can take longer."),
        "completion": Words("Completion codes", "What people take back to the platform, by how their part ended."),
        "completion.code": Words("Finished"),
        "completion.waiting_code": Words("No group came together", "As for finishing if you leave it out."),
        "completion.partial_code": Words(
            "Ended early", "For those whose group ended early (as for finishing if you leave it out), and those who stop (none)."),
        "completion.screen_out_code": Words("Not eligible", "By the first survey, the comprehension questions or a quota."),
        "completion.over_quota_code": Words("No place", "When the study is full, paused or closed."),
        "completion.timed_out_code": Words("Out of time", "For those who did not answer in time."),
        "quotas": Words("How many people", "Whoever comes when it is full is told so. As many as come if you leave it out."),
        "quotas.participants": Words("People", "In the study or finished."),
        "quotas.groups": Words("Groups", "Under way or finished."),
        "quotas.answers": Words("By answers", "At most so many who gave an answer."),
        "quotas.answers.participants": Words("People", "At most so many of them."),
        "payment": Words("Payment", "What people are paid. Nothing is written down if you leave it out."),
        "payment.currency": Words("Currency", "Three capital letters, such as GBP or EUR."),
        "payment.text": Words("What people are told", "On the consent page."),
        "payment.base": Words("For finishing"),
        "payment.partial": Words("For a part", "For whoever stops, and whoever's group ended early (as for finishing if left out)."),
        "payment.waiting": Words("For waiting in vain"),
        "payment.waiting_per_minute": Words("Per minute of waiting", "For each full minute that anybody waited for a group."),

        "payment.cap": Words("Most for one person", "Base, waiting and bonuses together."),
        "payment.budget": Words(
            "Budget", "For everybody together. The study is paused before it is exceeded; whoever is inside counts."),

        "review": Words("Review", "Of people's own words, where the study shows them to others."),
        "review.before_display": Words("Before words are shown", "An admin decides on the page Texts."),
        "review.minutes": Words(
            "Minutes to wait", "How long a group waits for an admin. What has not been approved by then is not shown."),

        "publication": Words("Publication", "Of the data."),
        "publication.licence": Words("Licence", "Such as CC-BY-4.0; all rights are reserved if left out."),
        "publication.citation": Words("Citation", "How to cite the data."),
        "data_version": Words("Version of the data", "A name for rows of training data, such as TRAINING_DATA_V1."),

        "surveys": Words("Surveys", "Questions of your own."),
        "surveys.entry": Words("Before the instructions", "These may also decide who takes part."),
        "surveys.round": Words("After each round"),
        "surveys.exit": Words("After the last round"),
        "surveys.*.key": Words("Key", "Its name in the data."),
        "surveys.*.kind": Words("Kind"),
        "surveys.*.text": Words("Question", "As people read it."),
        "surveys.*.optional": Words("May be left out"),
        "surveys.*.shown_if": Words("Only after an answer", "Shown to those who gave one of these answers before."),
        "surveys.*.shown_if.question": Words("Earlier question", "Its key."),
        "surveys.*.shown_if.is": Words("Answers"),
        "surveys.*.options": Words("Options", "For a choice."),
        "surveys.*.several": Words("Several may be chosen", "For a choice."),
        "surveys.*.points": Words("Points", "For a scale: 2 to 11. 7 if you leave it out."),
        "surveys.*.low": Words("Words at the first point", "For a scale."),
        "surveys.*.high": Words("Words at the last point", "For a scale."),
        "surveys.*.minimum": Words("Lowest number", "For a number."),
        "surveys.*.maximum": Words("Highest number", "For a number."),
        "surveys.*.maximum_characters": Words("Most characters", "For a text. 1,000 if you leave it out."),
        "surveys.*.screen_out": Words("Screen out", "Answers with which somebody does not take part."),
        "surveys.*.eligible_from": Words("Takes part from", "For a number, such as an age."),
        "surveys.*.eligible_to": Words("Takes part to", "For a number."),
        "surveys.*.question": Words("Question of the set", "For a stance: the question's id in the question set."),
        "comprehension": Words(
            "Questions on the instructions", "Everybody has to answer them rightly before they are put in a group."),
        "comprehension.tries": Words("Tries", "How often somebody may try."),
        "comprehension.questions": Words("Questions"),
        "comprehension.questions.key": Words("Key", "Its name in the data."),
        "comprehension.questions.text": Words("Question"),
        "comprehension.questions.options": Words("Options"),
        "comprehension.questions.answer": Words("Right answer", "Word for word as among the options."),
        "comprehension.questions.hint": Words("Hint", "For whoever was wrong."),
        "attention_checks": Words(
            "Attention checks", "Statements that say how they are to be rated, put among those of a round."),
        "attention_checks.round": Words("Round"),
        "attention_checks.text": Words("Text"),
        "attention_checks.agreement": Words("Right agreement", "1 to 7."),
        "attention_checks.quality": Words("Right quality", "1 to 7. Any if you leave it out."),

        "time_limits": Words("Time limits", "In minutes."),
        "time_limits.instructions_minutes": Words("Up to the waiting room", "From the consent. 30 if you leave it out."),
        "time_limits.lobby_minutes": Words("Waiting for a group", "Then a smaller group starts, or people are let go."),
        "time_limits.opinions_minutes": Words("Opinions", "From the question until the last opinion of the group."),
        "time_limits.opinion_ratings_minutes": Words(
            "Rating opinions", "Where members rate each other's. As for statements if you leave it out."),
        "time_limits.drafting_minutes": Words("Making statements", "For all statements of a round."),
        "time_limits.ratings_minutes": Words("Rating statements", "From the first statement until the group's last rating."),
        "time_limits.debriefing_minutes": Words("Debriefing", "60 if you leave it out."),
        "time_limits.extensions": Words("More time, how often", "Somebody may take more time so often for one step."),
        "time_limits.extension_minutes": Words("More time, minutes", "So much each time. The group waits."),
        "dropouts": Words("Dropouts"),
        "dropouts.missed_rounds": Words(
            "Missed rounds", "Whoever answered nothing in so many rounds in a row is not waited for any more."),

        "quality": Words("Flags", "Signs that an answer may be worth less. They exclude nobody by themselves."),
        "quality.opinion_seconds": Words("Opinion too fast below", "Seconds."),
        "quality.rating_seconds": Words("Rating too fast below", "Seconds."),
        "quality.block": Words("Refused until mended", "An opinion with one of these is not taken."),
        "inclusion": Words("What counts", "Which rounds and groups count in the data. Nothing is deleted."),
        "inclusion.members": Words("Members", "So many who answered everything, in a round that counts."),
        "inclusion.rounds": Words("Rounds", "So many that count, in a group that counts."),
        "inclusion.answers": Words("Ratings", "So many in a round that counts."),
        "inclusion.excluding_flags": Words("Flags that exclude", "Whoever has one of these does not count in the round."),

        "translations": Words("Other languages"),
        "translations.en": Words("English"), "translations.de": Words("German"), "translations.ar": Words("Arabic"),
        "translations.*.title": Words("Title"),
        "translations.*.payment": Words("What people are told of payment"),
        "translations.*.texts": Words("Texts"),
        "translations.*.texts.consent": Words("Consent"),
        "translations.*.texts.instructions": Words("Instructions"),
        "translations.*.texts.debriefing": Words("Debriefing"),
        "translations.*.questions": Words("Questions", "Of the surveys, and on the instructions."),
        "translations.*.questions.key": Words("Key", "As in the survey."),
        "translations.*.questions.text": Words("Question"),
        "translations.*.questions.options": Words("Options", "In the order of the question's own."),
        "translations.*.questions.low": Words("Words at the first point"),
        "translations.*.questions.high": Words("Words at the last point"),
        "translations.*.questions.hint": Words("Hint"),
    ]

    /// Every place that has words, for checking that it is there in the shape.
    public static var places: [String] { all.keys.sorted() }
}
