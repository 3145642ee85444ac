export { fulfilOrder } from './orders/fulfil-order.ts';
