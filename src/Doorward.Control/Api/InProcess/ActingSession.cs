using System.Net;

namespace Doorward.Control.Api.InProcess;

/// <summary>
/// The session for which a page of this process calls the admin API, and the address its browser has. A feature of the call, never a
/// header: nothing that comes from the network can carry one.
/// </summary>
public sealed record ActingSession(string Id, IPAddress? Address);
