using Doorward.Console.Layout;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Decisions;

/// <summary>Causes of decisions, and codes of refusals, in words; a name that has none is shown as it is.</summary>
internal static class CauseWords
{
    public static string Of(IStringLocalizer<CausesText> texts, string cause) =>
        texts[cause] is { ResourceNotFound: false } words ? words.Value : DisplayText.Of(cause);
}
