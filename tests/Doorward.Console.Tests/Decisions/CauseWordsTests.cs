using Bunit;
using Doorward.Console.Decisions;
using Doorward.Core.Evaluations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Tests.Decisions;

public sealed class CauseWordsTests : BunitContext
{
    public CauseWordsTests() => Services.AddLocalization();

    [Fact]
    public void Every_cause_of_a_decision_has_words()
    {
        var texts = Services.GetRequiredService<IStringLocalizer<CausesText>>();
        Assert.DoesNotContain(Enum.GetNames<DecisionCause>(), cause => texts[cause].ResourceNotFound);
        Assert.Equal("Later[U+202E]", CauseWords.Of(texts, "Later\u202E"));
    }
}
