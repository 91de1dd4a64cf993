using System.Reflection;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Roles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Shell;

/// <summary>The pages of the console that stand in its navigation: those that carry a <see cref="PlaceAttribute"/>.</summary>
public sealed class Places(IStringLocalizerFactory texts)
{
    private readonly Place[] _all = [.. typeof(Places).Assembly.GetTypes()
        .Select(static type => (Type: type, Place: type.GetCustomAttribute<PlaceAttribute>()))
        .Where(static found => found.Place is not null)
        .OrderBy(static found => found.Place!.Order)
        .Select(found => new Place(found.Type.GetCustomAttributes<RouteAttribute>().First(static route => !route.Template.Contains('{')).Template,
            texts.Create(found.Place!.Texts)["Place"], found.Place.Icon, found.Place.Required, found.Place.Also))];

    public IReadOnlyList<Place> All => _all;

    public IEnumerable<Place> For(MeView me) => _all.Where(place => me.May.Contains(place.Required));
}

/// <summary>One entry of the navigation.</summary>
public sealed record Place(string Path, string Name, string Icon, ApiAction Required, IReadOnlyList<string> Also)
{
    public bool Holds(string path) => Path == "/" ? path == "/" : Also.Prepend(Path).Any(own => path == own || path.StartsWith(own + "/", StringComparison.Ordinal));
}
