using Doorward.Control.Api.Endpoints;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.People;

/// <summary>What somebody signs in with, in words.</summary>
internal static class FactorWords
{
    public static string Of(PersonView person, IStringLocalizer<PeopleText> texts) => person switch
    {
        { Kind: "service" } => texts["ByToken"],
        { Provider: { } provider } => texts["ByProvider", provider],
        { Factors.Count: 0 } => texts["NoFactors"],
        _ => string.Join(", ", person.Factors.Select(factor => texts[$"Factor-{factor}"].Value)),
    };
}
