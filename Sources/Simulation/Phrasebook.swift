// The sentences that opinions are made of, apart from the question's own words. They suit any topic.

/// What somebody of one side and strength may say. `{clause}` stands for their position after "that", `{action}` for
/// what is proposed after "to", `{sentence}` for their position as a sentence, `{question}` for the proposal after
/// "whether".
struct Phrasebook {
    enum Side { case yes, no, torn }

    /// Opens an opinion with the position.
    let openings: [String]
    /// States the position after a reason has been given.
    let conclusions: [String]
    /// States the position after a concession has been made.
    let turns: [String]
    let reasons: [String]
    let concessions: [String]
    let closings: [String]

    /// - Parameter isFirm: whether the stance is a strong one.
    static func of(_ side: Side, isFirm: Bool) -> Phrasebook {
        switch side {
        case .torn:
            Phrasebook(
                openings: tornOpenings, conclusions: tornConclusions, turns: tornTurns, reasons: [],
                concessions: [], closings: tornClosings)
        case .yes:
            Phrasebook(
                openings: isFirm ? firmOpenings + firmYes : mildOpenings + mildYes,
                conclusions: isFirm ? firmConclusions : mildConclusions, turns: turns, reasons: reasonsFor,
                concessions: concessionsOfYes, closings: isFirm ? closingsOfYes : [])
        case .no:
            Phrasebook(
                openings: isFirm ? firmOpenings + firmNo : mildOpenings + mildNo,
                conclusions: isFirm ? firmConclusions : mildConclusions, turns: turns, reasons: reasonsAgainst,
                concessions: concessionsOfNo, closings: isFirm ? closingsOfNo : [])
        }
    }

    private static let firmOpenings = [
        "I am convinced that {clause}.",
        "There is no doubt in my mind that {clause}.",
        "I feel strongly that {clause}.",
        "To me it is clear that {clause}.",
        "For as long as I can remember I have held that {clause}.",
        "Without hesitation I would say that {clause}.",
        "It seems obvious to me that {clause}.",
        "Nobody will talk me out of the view that {clause}.",
        "My position is simple. {sentence}",
        "{sentence} I have rarely been so sure of anything.",
    ]
    private static let firmYes = [
        "It is high time to {action}.",
        "If it were up to me, we would {action} tomorrow.",
        "The right thing to do is to {action}.",
    ]
    private static let firmNo = [
        "It would be a serious mistake to {action}.",
        "The last thing that we need is to {action}.",
        "Under no circumstances would I want us to {action}.",
    ]
    private static let mildOpenings = [
        "On balance I think that {clause}.",
        "I lean towards the view that {clause}.",
        "All in all I would say that {clause}.",
        "After some thought I have come to the view that {clause}.",
        "My feeling is that {clause}.",
        "As far as I can judge, {clause}.",
        "In most respects I would agree that {clause}.",
        "When I weigh it up, it seems to me that {clause}.",
        "My answer would be a careful one. {sentence}",
    ]
    private static let mildYes = [
        "It would be reasonable to {action}.",
        "There are good grounds to {action}.",
        "I would be glad to see us {action}.",
    ]
    private static let mildNo = [
        "I would be reluctant to {action}.",
        "It does not strike me as a good idea to {action}.",
        "I am not persuaded that it would be wise to {action}.",
    ]
    private static let firmConclusions = [
        "That is why I am sure that {clause}.",
        "For me that settles it, and {clause}.",
        "So I firmly believe that {clause}.",
        "This alone is enough for me to say that {clause}.",
        "There is only one answer to that. {sentence}",
    ]
    private static let mildConclusions = [
        "That is why I would say that {clause}.",
        "For that reason I tend to think that {clause}.",
        "So, by and large, I believe that {clause}.",
        "This makes me think that {clause}.",
        "That leads me to a cautious answer. {sentence}",
    ]
    private static let turns = [
        "Even so, I think that {clause}.",
        "Still, it seems right to me that {clause}.",
        "All the same, I would say that {clause}.",
        "But in the end I believe that {clause}.",
        "That does not change my view, though. {sentence}",
    ]

    static let reasonsFor = [
        "The way things are now works well for a few people and badly for many others.",
        "Other places have tried something like it, and most people there would not go back.",
        "We have talked about this for years, and waiting has only made matters worse.",
        "It would help those who have the least say at the moment.",
        "In my own family I have seen what happens when nothing is done.",
        "Everybody would feel the benefits in the long run.",
        "A decent society should not leave this to chance.",
        "Most of the objections are about details that can be settled along the way.",
        "People would get used to it faster than the critics expect.",
        "Our children will wonder why we hesitated for so long.",
        "Smaller steps have been tried, and they were never enough.",
        "The evidence that I have come across points clearly in this direction.",
        "What it would cost is little compared with the damage that is done every day.",
    ]
    static let reasonsAgainst = [
        "Ideas like this sound fine on paper and cause trouble in practice.",
        "In the end ordinary people would bear the cost of it.",
        "The money and the effort could be put to better use elsewhere.",
        "Nobody has shown me that it would actually work.",
        "Once such a thing is in place, it is hardly ever undone.",
        "What we have now is far from perfect, but most people can live with it.",
        "There are gentler ways to reach the same goal.",
        "Those who propose it seldom have to live with the consequences.",
        "At work I have seen well-meant changes of this kind do more harm than good.",
        "It would divide people even more than they are divided already.",
        "Too much is asked of people who struggle as it is.",
        "The problem that it is meant to solve is smaller than the headlines suggest.",
        "I worry about what it would lead to a few years from now.",
    ]
    private static let concessionsOfYes = [
        "I do understand those who worry about the cost.",
        "It would have to be brought in slowly and with care.",
        "There should be exceptions for people in real hardship.",
        "Of course it will not solve everything.",
        "We ought to look at it again after a few years.",
        "Perhaps it will not suit everybody.",
        "Some of the doubts that I have heard are fair ones.",
        "A compromise would be fine with me, as long as something is done.",
    ]
    private static let concessionsOfNo = [
        "I do see that something needs to be improved.",
        "The people who think otherwise mean well, and I respect them.",
        "Good evidence from a careful trial might persuade me.",
        "With strict limits I could perhaps accept it.",
        "The present situation is not fair on everybody, I admit.",
        "A smaller step in that direction would be easier to accept.",
        "There may be a few cases where it makes sense.",
        "I know that many people around me see this differently.",
    ]
    private static let closingsOfYes = [
        "I would vote for it tomorrow.",
        "We owe that much to one another.",
        "No argument that I have heard so far has made me doubt it.",
        "Anything less would be a half-hearted answer.",
        "That matters more to me than the trouble it may cause.",
    ]
    private static let closingsOfNo = [
        "I would vote against it without a second thought.",
        "We should fix what we have before we start something new.",
        "No argument that I have heard so far has changed my mind.",
        "There must be a line somewhere, and for me it is here.",
        "That matters more to me than any promise that is made about it.",
    ]

    private static let tornOpenings = [
        "I am torn on whether {question}.",
        "Whether {question} is not something I can answer with a simple yes or no.",
        "I keep changing my mind about whether {question}.",
        "Honestly, I have no firm view on whether {question}.",
        "Both sides of this question have a point.",
        "It depends very much on how it would be done.",
    ]
    private static let tornConclusions = [
        "So I cannot say for certain whether {question}.",
        "That leaves me undecided on whether {question}.",
        "This is why I would rather wait before I take a side.",
        "So the best answer for me lies somewhere in the middle.",
    ]
    private static let tornTurns = tornConclusions
    private static let tornClosings = [
        "A limited trial might show who is right.",
        "Perhaps there is a solution in the middle that most people could accept.",
        "I would want to hear more from the people who are affected.",
        "What matters most to me is that nobody is forgotten, whatever is decided.",
        "Much would depend on the details.",
        "I could live with either answer if it were carried out fairly.",
    ]
}
