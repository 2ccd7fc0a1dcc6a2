// An app on Slack's own framework. It reacts to the events that it receives, and prints one line of JSON for each
// event or response that Slack's clients parsed.
import bolt from '@slack/bolt';
import { WebClient } from '@slack/web-api';

const { App, HTTPReceiver } = bolt;
const api = process.env.SLACK_API_URL;
const mode = process.argv[2];
const say = (what, more = {}) => process.stdout.write(JSON.stringify({ what, ...more }) + '\n');

if (mode === 'web') {
  const client = new WebClient(process.env.SLACK_BOT_TOKEN, { slackApiUrl: api, retryConfig: { retries: 2, minTimeout: 100 } });
  const attempt = async (name, call) => {
    try { say(name, { ok: (await call()).ok }); } catch (e) { say(name, { error: e.data?.error ?? e.code, needed: e.data?.needed }); }
  };
  const identity = await client.auth.test();
  say('auth.test', { user: identity.user_id, bot: identity.bot_id });
  const posted = await client.chat.postMessage({ channel: 'C0BOLT', text: 'hello', metadata: { event_type: 'proof', event_payload: { key: 'k1' } } });
  const replies = await client.conversations.replies({ channel: 'C0BOLT', ts: posted.ts, include_all_metadata: true });
  say('conversations.replies', { key: replies.messages[0].metadata.event_payload.key });
  await attempt('reactions.add', () => client.reactions.add({ channel: 'C0BOLT', timestamp: posted.ts, name: 'eyes' }));
  await attempt('reactions.add again', () => client.reactions.add({ channel: 'C0BOLT', timestamp: posted.ts, name: 'eyes' }));
  await attempt('chat.update', () => client.chat.update({ channel: 'C0BOLT', ts: posted.ts, text: 'changed' }));
  await attempt('chat.postMessage without a channel', () => client.apiCall('chat.postMessage', { text: 'x' }));
  await attempt('chat.postMessage with 51 blocks', () => client.chat.postMessage({ channel: 'C0BOLT', text: 'x', blocks: Array(51).fill({ type: 'divider' }) }));
  await attempt('pins.add', () => client.pins.add({ channel: 'C0BOLT', timestamp: posted.ts }));
  await attempt('no.method', () => client.apiCall('no.method', {}));
  await attempt('apps.connections.open', () => client.apps.connections.open({}));
  await attempt('views.open', () => client.views.open({ trigger_id: 'nothing', view: { type: 'modal', title: { type: 'plain_text', text: 'x' }, blocks: [] } }));
  const streamer = client.chatStream({ channel: 'C0BOLT', thread_ts: posted.ts, recipient_user_id: 'U0ADA', recipient_team_id: identity.team_id, buffer_size: 1 });
  await streamer.append({ chunks: [{ type: 'task_update', id: '1', title: 'reading', status: 'in_progress' }] });
  await streamer.stop({ chunks: [{ type: 'task_update', id: '1', title: 'reading', status: 'complete' }] });
  say('stream', { ok: true });
  await attempt('limited', () => client.team.info());
  process.exit(0);
}

const app = mode === 'socket'
  ? new App({ token: process.env.SLACK_BOT_TOKEN, appToken: process.env.SLACK_APP_TOKEN, socketMode: true, clientOptions: { slackApiUrl: api } })
  : new App({
    token: process.env.SLACK_BOT_TOKEN, clientOptions: { slackApiUrl: api },
    receiver: new HTTPReceiver({ signingSecret: process.env.SLACK_SIGNING_SECRET, endpoints: ['/slack/events', '/slack/interactivity'] }),
  });

app.event('app_mention', async ({ event, say: reply }) => {
  await reply({
    thread_ts: event.ts, text: `heard: ${event.text}`,
    blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'form', text: { type: 'plain_text', text: 'Form' }, value: 'v' }] }],
  });
});
app.message('direct', async ({ message, say: reply }) => { await reply({ thread_ts: message.ts, text: 'heard you' }); });
app.event('reaction_added', async ({ event }) => say('reaction', { name: event.reaction, on: event.item.ts }));
app.action('form', async ({ ack, body, client }) => {
  await ack();
  await client.views.open({
    trigger_id: body.trigger_id,
    view: {
      type: 'modal', callback_id: 'proof', title: { type: 'plain_text', text: 'Form' }, submit: { type: 'plain_text', text: 'Send' }, close: { type: 'plain_text', text: 'No' },
      blocks: [{ type: 'input', block_id: 'what', label: { type: 'plain_text', text: 'What' }, element: { type: 'plain_text_input', action_id: 'value' } }],
    },
  });
});
app.view('proof', async ({ ack, view }) => {
  const value = view.state.values.what.value.value;
  await (value ? ack() : ack({ response_action: 'errors', errors: { what: 'say it' } }));
  say('submitted', { value });
});
await app.start(mode === 'socket' ? undefined : { port: Number(process.env.PORT), host: '127.0.0.1' });
say('ready');
