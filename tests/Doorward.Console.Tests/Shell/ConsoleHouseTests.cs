using System.Reflection;
using System.Resources;
using System.Text.RegularExpressions;
using Doorward.Console.Shell;
using Doorward.Testing;
using Microsoft.AspNetCore.Components;

namespace Doorward.Console.Tests.Shell;

/// <summary>What holds for every page of the console, those that come later included.</summary>
public sealed partial class ConsoleHouseTests
{
    private static readonly Assembly Console = typeof(PlaceAttribute).Assembly;

    [Fact]
    public void Every_text_that_a_component_names_is_written_down()
    {
        var sources = Checkout.Files("*.razor").Concat(Checkout.Files("*.razor.cs")).Where(file => file.StartsWith("src/Doorward.Console/", StringComparison.Ordinal)).ToList();
        var missing = new List<string>();
        foreach (var file in sources)
        {
            var text = Checkout.Read(file);
            if (!Localizer().IsMatch(text)) continue;
            var named = Localizer().Match(text).Groups[1].Value;
            var texts = Texts(Console.GetTypes().Single(type => type.Name == named));
            missing.AddRange(Key().Matches(text).Select(match => match.Groups[1].Value).Where(key => texts.GetString(key) is null).Select(key => $"{file}: {key}"));
        }

        Assert.Empty(missing);
    }

    // What is pasted may be a megabyte: fields of one line or a few end long before it. The editor of policies has its own bound.
    [Fact]
    public void Every_text_field_of_a_page_has_a_longest_text()
    {
        var pages = Checkout.Files("*.razor").Where(static file => file.StartsWith("src/Doorward.Console/", StringComparison.Ordinal)
            && !file.StartsWith("src/Doorward.Console/Identity/", StringComparison.Ordinal) && !file.StartsWith("src/Doorward.Console/SelfService/", StringComparison.Ordinal));
        var fields = pages.SelectMany(static file => TextField().Matches(Checkout.Read(file)).Select(field => (file, Tag: field.Value))).ToList();
        Assert.InRange(fields.Count, 40, 400);
        Assert.DoesNotContain(fields, static field => Longest().Match(field.Tag) is not { Success: true } longest || int.Parse(longest.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) > 65536);
    }

    // A value that is sent back for each letter overwrites those that were typed until it came; a binding knows what the field holds.
    [Fact]
    public void No_field_is_written_over_while_it_is_typed_in() =>
        Assert.DoesNotContain(Checkout.Files("*.razor"), static file => file.StartsWith("src/Doorward.Console/", StringComparison.Ordinal) && Overwriting().IsMatch(Checkout.Read(file)));

    [Fact]
    public void Every_place_has_a_name_and_an_address_of_its_own()
    {
        var places = Console.GetTypes().Where(type => type.GetCustomAttribute<PlaceAttribute>() is not null).ToList();
        Assert.NotEmpty(places);
        Assert.All(places, place => Assert.NotNull(Texts(place.GetCustomAttribute<PlaceAttribute>()!.Texts).GetString("Place")));
        var routes = Console.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template).ToList();
        Assert.Equal(routes.Count, routes.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Pages_act_by_the_api_alone()
    {
        // Nobody in the console's own folders reaches around the gate to a store or the database.
        string[] old = ["Identity/", "SelfService/", "Browsers/", "Landing/", "Layout/", "Assets/", "Devices/DeviceStep"]; // of the sign-in host
        var around = Checkout.Files("*.razor").Concat(Checkout.Files("*.cs"))
            .Where(file => file.StartsWith("src/Doorward.Console/", StringComparison.Ordinal) && file.Count(c => c == '/') > 2)
            .Where(file => !old.Any(folder => file.StartsWith($"src/Doorward.Console/{folder}", StringComparison.Ordinal)))
            .Where(file => Around().IsMatch(Checkout.Read(file)));
        Assert.Empty(around);
    }

    private static ResourceManager Texts(Type type) => new(type.FullName!, type.Assembly);

    [GeneratedRegex("""<(?:textarea|input)\b(?=[^<]*?(?:type="(?:text|search|password|email|url)"|rows="))[^<]*?(?=\s>|">|/>)""")]
    private static partial Regex TextField();

    [GeneratedRegex("""\svalue="@[^<]*@oninput=|@oninput=[^<]*\svalue="@""")]
    private static partial Regex Overwriting();

    [GeneratedRegex("maxlength=\"([0-9]+)\"")]
    private static partial Regex Longest();

    [GeneratedRegex(@"IStringLocalizer<(\w+)> Text\b")]
    private static partial Regex Localizer();

    [GeneratedRegex("""\bText\["([A-Za-z0-9]+)"[\],]""")]
    private static partial Regex Key();

    [GeneratedRegex(@"Doorward\.Control\.(Storage|Sessions|Tokens|Resources\.Editing)\b|DoorwardDb")]
    private static partial Regex Around();
}
