using Doorward.Control.Roles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Api;

/// <summary>What an endpoint does and what one must be allowed for it. An endpoint without one is closed to everybody.</summary>
/// <param name="Name">The word in the audit log, such as <c>session.revoke</c>.</param>
/// <param name="Action">The action that the roles' policies decide.</param>
/// <param name="Recorded">Whether a call that is allowed goes into the audit log; refused ones always do.</param>
internal sealed record Act(string Name, ApiAction Action, bool Recorded)
{
    /// <summary>The route value that names the person the call is about, if the route does.</summary>
    public string? PersonFrom { get; init; }

    /// <summary>Whether the handler finds the person in the body and asks <see cref="ApiAccess.DemandAsync"/> itself.</summary>
    public bool PersonInBody { get; init; }

    /// <summary>Whether a person must have shown a short while ago that it is they: <see cref="ConfirmationDemand"/>.</summary>
    public bool Confirmed { get; init; }
}

internal static class ActConventions
{
    /// <summary>Lets whoever may see see, without a record of each look.</summary>
    public static T Views<T>(this T builder, string name, ApiAction action = ApiAction.View, bool recorded = false)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new Act(name, action, recorded));

    /// <summary>An administrative act: confirmed by who does it, recorded before it is done, and again with its outcome before it is answered.</summary>
    public static T Acts<T>(this T builder, string name, ApiAction action = ApiAction.Administer)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new Act(name, action, Recorded: true) { Confirmed = true });

    /// <summary>An act that opens nothing, changes nothing that lasts, or takes access away from a few: it waits for no confirmation. Some ask for one in the handler, by what the body says.</summary>
    public static T ActsAtOnce<T>(this T builder, string name, ApiAction action = ApiAction.Administer)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new Act(name, action, Recorded: true));

    /// <summary>Help for the person that a route value names.</summary>
    public static T ActsFor<T>(this T builder, string name, ApiAction action, string routeValue)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new Act(name, action, Recorded: true) { PersonFrom = routeValue, Confirmed = true });

    /// <summary>Help at once for people that only the body names: the handler must demand it, and a confirmation when they are many.</summary>
    public static T ActsForPersonInBody<T>(this T builder, string name, ApiAction action)
        where T : IEndpointConventionBuilder => builder.WithMetadata(new Act(name, action, Recorded: true) { PersonInBody = true });
}
