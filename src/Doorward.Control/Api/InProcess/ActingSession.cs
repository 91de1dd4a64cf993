using System.Net;

namespace Doorward.Control.Api.InProcess;

/// <summary>
/// The session for which a page of this process calls the admin API, and the address its browser has. A feature of the call, never a
/// header: nothing that comes from the network can carry one.
/// </summary>
/// <param name="Cookie">Of a circuit, which cookie of its session its connection came by, as <see cref="CircuitStanding"/> tells them apart; null of a request, which is of now.</param>
public sealed record ActingSession(string Id, IPAddress? Address, string? Cookie = null);
