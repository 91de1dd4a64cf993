using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictExceptions;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Doorward.Control.Identity.Clients;

/// <summary>
/// Before the request that names a client is judged, what OpenIddict keeps of it is made what the resource says: a client that was changed or
/// deleted is so for the very next request.
/// </summary>
internal sealed class OidcClients(IServiceScopeFactory scopes) :
    IOpenIddictServerHandler<ValidateAuthorizationRequestContext>, IOpenIddictServerHandler<ValidateDeviceAuthorizationRequestContext>, IOpenIddictServerHandler<ValidateTokenRequestContext>,
    IOpenIddictServerHandler<ValidateRevocationRequestContext>, IOpenIddictServerHandler<ValidateEndSessionRequestContext>
{
    private const int Attempts = 5;

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context) => AlignAsync(context.ClientId, context.CancellationToken);

    public ValueTask HandleAsync(ValidateDeviceAuthorizationRequestContext context) => AlignAsync(context.ClientId, context.CancellationToken);

    public ValueTask HandleAsync(ValidateTokenRequestContext context) => AlignAsync(context.ClientId, context.CancellationToken);

    public ValueTask HandleAsync(ValidateRevocationRequestContext context) => AlignAsync(context.ClientId, context.CancellationToken);

    // The client may be known by its ID token only, or not at all: every client's address may be asked for.
    public ValueTask HandleAsync(ValidateEndSessionRequestContext context) => context switch
    {
        { ClientId: not null } => AlignAsync(context.ClientId, context.CancellationToken),
        { PostLogoutRedirectUri: { } address } => InScopeAsync((clients, cancel) => clients.AlignAllAsync(address, cancel), context.CancellationToken),
        _ => default,
    };

    private ValueTask AlignAsync(string? clientId, CancellationToken cancel) =>
        string.IsNullOrEmpty(clientId) ? default : InScopeAsync((clients, ct) => clients.AlignAsync(clientId, ct), cancel);

    // Two requests, here or at another control plane, may find the same to be done: who comes second finds what the first has done. In a scope of
    // its own each time, because OpenIddict remembers in one what it did not find.
    private async ValueTask InScopeAsync(Func<KeptClients, CancellationToken, Task> align, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await align(ActivatorUtilities.CreateInstance<KeptClients>(scope.ServiceProvider), cancel);
                return;
            }
            catch (Exception error) when (attempt < Attempts && error is DbUpdateException or ConcurrencyException or ValidationException)
            {
                // Then once more.
            }
        }
    }
}
