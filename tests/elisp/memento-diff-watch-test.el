;;; memento-diff-watch-test.el --- Tests of noticing requests  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-diff-queue-test-helper)

(declare-function memento-core-diff-begin "ext:memento-core")
(declare-function memento-core-diff-put-back "ext:memento-core")
(declare-function memento-core-diff-request "ext:memento-core")

(defvar evil-mode-hook)

(defvar memento-test-told nil
  "The messages that were shown, the last one first.")

(defmacro memento-diff-test-telling (&rest body)
  "Evaluate BODY with what is said of requests in `memento-test-told'."
  (declare (indent 0) (debug t))
  `(let ((memento-test-told nil))
     (cl-letf (((symbol-function 'message)
                (lambda (format &rest arguments)
                  (when format
                    (push (apply #'format-message format arguments) memento-test-told)))))
       ,@body)))

(ert-deftest memento-diff-watch-test-a-request-is-counted-and-named ()
  (memento-diff-test-with-watch
    (memento-diff-test-telling
      (let ((shop (memento-diff-test-changed "shop"))
            begun id)
        (setq id (memento-diff-test-ask shop "claude-1" "Say\tmore"))
        (setq begun (float-time))
        (memento-diff-test-wait-for-count 1)
        ;; Measured 60 ms on average; two looks of the thread, and a slow machine.
        (should (< (- (float-time) begun) 1))
        (should (equal memento-test-told '("claude-1 on shop asks for a review: Say more")))
        (should (member 'memento--diff-mode-line global-mode-string))
        (should (equal (car global-mode-string) ""))
        ;; Being judged it does not wait, and is nothing new when it is put back.
        (memento--call #'memento-core-diff-begin id nil)
        (memento-diff-test-wait-for-count 0)
        (memento--call #'memento-core-diff-put-back id)
        (memento-diff-test-wait-for-count 1)
        (should (= (length memento-test-told) 1))
        ;; A new round takes its place.
        (memento-diff-test-ask shop "claude-1" "Say more")
        (memento-test-wait (lambda () (cdr memento-test-told)))
        (should (equal (car memento-test-told) "claude-1 on shop asks for a review: Say more (round 2)"))
        (memento-diff-test-wait-for-count 1)
        (memento-diff-test-decide (plist-get (car memento--diff-requests) :id) "abandoned")
        (memento-diff-test-wait-for-count 0)
        (should (= (length memento-test-told) 2))))))

(ert-deftest memento-diff-watch-test-what-waits-at-the-start-is-said-once ()
  (memento-test-with-home
    (let ((shop (memento-diff-test-changed "shop"))
          (blog (memento-diff-test-changed "blog"))
          (global-mode-string nil))
      (memento-diff-test-ask shop "claude-1" "First")
      (memento-diff-test-ask blog "claude-2" "Second")
      (unwind-protect
          (memento-diff-test-telling
            (memento-diff-watch-mode 1)
            (memento--diff-watch-start)
            (memento-diff-test-wait-for-count 2)
            (should (equal memento-test-told '("2 reviews wait for you: claude-1 on shop, claude-2 on blog")))
            (should (<= (string-width (car memento-test-told)) 79))
            ;; Not again when the thread is another one.
            (memento--diff-watch-stop)
            (setq memento--diff-requests nil)
            (memento--diff-watch-start)
            (memento-test-wait (lambda () memento--diff-requests))
            (should (= (length memento-test-told) 1)))
        (memento-diff-watch-mode -1)))))

(ert-deftest memento-diff-watch-test-eight-assistants-at-once ()
  (memento-diff-test-with-watch
    (memento-diff-test-telling
      (let ((repositories (mapcar (lambda (n) (memento-diff-test-changed (format "shop-%d" n))) (number-sequence 1 8)))
            (program (memento-diff-test-program)))
        (dolist (directory repositories)
          (let ((default-directory directory))
            (start-process "assistant" nil program "diff" "request" "--session"
                           (concat "of-" (file-name-nondirectory (directory-file-name directory))))))
        (memento-diff-test-wait-for-count 8)
        ;; However they were told apart in time, each was named.
        (let ((told (string-join memento-test-told " ")))
          (should (<= (length memento-test-told) 8))
          (dolist (directory repositories)
            (let ((name (file-name-nondirectory (directory-file-name directory))))
              (should (equal (seq-count (lambda (request) (equal (plist-get request :project) name))
                                        memento--diff-requests)
                             1))
              ;; A line holds only so many.
              (unless (string-search "…" told)
                (should (string-search (format "of-%s on %s" name name) told))))))))))

(ert-deftest memento-diff-watch-test-one-s-own-changes-do-not-wait ()
  (memento-diff-test-with-watch
    (memento-diff-test-telling
      (memento--call #'memento-core-diff-request
                     (list :directory (directory-file-name (memento-diff-test-changed "shop")) :session "ann"))
      (memento-test-wait (lambda () memento--diff-requests))
      (should-not memento--diff-mode-line)
      (should-not memento-test-told))))

(ert-deftest memento-diff-watch-test-nothing-is-said-while-the-person-is-at-it ()
  (memento-diff-test-with-watch
    (let ((post-command-hook nil)
          (timer-idle-list nil)
          (shop (memento-diff-test-changed "shop"))
          (number 0))
      (pcase-dolist (`(,function . ,value)
                     `((current-message . "Mark set")
                       (active-minibuffer-window . ,(minibuffer-window))
                       (this-command-keys-vector . [?\C-x])
                       (input-pending-p . t)))
        (memento-diff-test-telling
          (cl-letf (((symbol-function function) (lambda (&rest _) value)))
            (memento-diff-test-ask shop (format "claude-%d" (setq number (1+ number))) "More")
            (memento-diff-test-wait-for-count number)
            (should-not memento-test-told)
            (should (memq #'memento--diff-tell-later post-command-hook))
            ;; After a command, too, it is still so.
            (run-hooks 'post-command-hook)
            (should-not (memq #'memento--diff-tell-later post-command-hook))
            (should timer-idle-list)
            (memento--diff-tell)
            (should-not memento-test-told)
            (should (memq #'memento--diff-tell-later post-command-hook)))
          (run-hooks 'post-command-hook)
          (memento--diff-tell)
          (should (equal memento-test-told (list (format "claude-%d on shop asks for a review: More" number)))))))))

(ert-deftest memento-diff-watch-test-what-was-read-makes-room ()
  (memento-diff-test-with-watch
    (let ((post-command-hook nil)
          (timer-idle-list nil))
      (memento-diff-test-telling
        (cl-letf (((symbol-function 'current-message) (lambda () "Mark set"))
                  ((symbol-function 'current-idle-time) (lambda () (seconds-to-time 1))))
          (memento-diff-test-ask (memento-diff-test-changed "shop") "claude-1" "More")
          (memento-diff-test-wait-for-count 1)
          (should-not memento-test-told)
          (should (seq-find (lambda (timer) (eq (timer--function timer) #'memento--diff-tell)) timer-idle-list))
          (cl-letf (((symbol-function 'current-idle-time) (lambda () (seconds-to-time 2))))
            (memento--diff-tell))
          (should (equal memento-test-told (list "claude-1 on shop asks for a review: More"))))))))

(ert-deftest memento-diff-watch-test-one-does-not-wipe-out-another ()
  (memento-diff-test-with-watch
    (memento-diff-test-telling
      (cl-letf (((symbol-function 'current-message) (lambda () (car memento-test-told))))
        (let ((first (memento-diff-test-ask (memento-diff-test-changed "shop") "claude-1" "One")))
          (memento-diff-test-wait-for-count 1)
          (memento-diff-test-ask (memento-diff-test-changed "blog") "claude-2" "Two")
          (memento-diff-test-wait-for-count 2)
          (should (equal (car memento-test-told) "2 reviews wait for you: claude-1 on shop, claude-2 on blog"))
          ;; What does not wait any more is not named again.
          (memento--call #'memento-core-diff-begin first nil)
          (memento-diff-test-wait-for-count 1)
          (memento-diff-test-ask (memento-diff-test-changed "news") "claude-3" "Three")
          (memento-diff-test-wait-for-count 2)
          (should (equal (car memento-test-told) "2 reviews wait for you: claude-2 on blog, claude-3 on news")))))))

(ert-deftest memento-diff-watch-test-what-was-answered-meanwhile-is-not-said ()
  (memento-diff-test-with-watch
    (let ((post-command-hook nil))
      (memento-diff-test-telling
        (let (id)
          (cl-letf (((symbol-function 'active-minibuffer-window) #'minibuffer-window))
            (setq id (memento-diff-test-ask (memento-diff-test-changed "shop") "claude-1" "More"))
            (memento-diff-test-wait-for-count 1))
          (memento-diff-test-decide id "approved" :approve-rest t)
          (memento-diff-test-wait-for-count 0)
          (memento--diff-tell)
          (should-not memento-test-told))))))

(ert-deftest memento-diff-watch-test-announcing-can-be-switched-off ()
  (memento-diff-test-with-watch
    (let ((memento-diff-announce nil))
      (memento-diff-test-telling
        (memento-diff-test-ask (memento-diff-test-changed "shop") "claude-1" "More")
        (memento-diff-test-wait-for-count 1)
        (should-not memento-test-told)))))

(ert-deftest memento-diff-watch-test-no-window-changes ()
  (memento-diff-test-with-watch
    (let ((shop (memento-diff-test-changed "shop")))
      (find-file (expand-file-name "a.py" shop))
      (split-window)
      (other-window 1)
      (goto-char 20)
      (let ((windows (current-window-configuration))
            (window (selected-window))
            (names (lambda () (seq-remove (lambda (name) (string-prefix-p " " name)) (mapcar #'buffer-name (buffer-list)))))
            buffers)
        (setq buffers (funcall names))
        (memento-diff-test-ask shop "claude-1" "More")
        (memento-diff-test-wait-for-count 1)
        (should (compare-window-configurations windows (current-window-configuration)))
        (should (eq window (selected-window)))
        (should (= (point) 20))
        (should (equal buffers (funcall names)))))))

(ert-deftest memento-diff-watch-test-the-count-can-be-clicked ()
  (memento-diff-test-with-watch
    (memento-diff-test-ask (memento-diff-test-changed "shop") "claude-1" "50% more")
    (memento-diff-test-wait-for-count 1)
    (let* ((shown memento--diff-mode-line)
           (at (string-search "Review:1" shown)))
      (should (get 'memento--diff-mode-line 'risky-local-variable))
      (should (eq (lookup-key (get-text-property at 'local-map shown) [mode-line mouse-1]) 'memento-diff-list))
      (should (string-match-p "claude-1 on shop: 50% more" (get-text-property at 'help-echo shown))))))

(ert-deftest memento-diff-watch-test-the-thread-ends ()
  (let ((before (memento-diff-test-threads)))
    (memento-diff-test-with-watch
      (memento-test-wait (lambda () (= (memento-diff-test-threads) (1+ before))))
      ;; One is enough.
      (memento--diff-watch-start)
      (dotimes (_ 5)
        (memento--diff-watch-stop)
        (memento--diff-watch-start))
      (memento-test-wait (lambda () (= (memento-diff-test-threads) (1+ before))) 2)
      (memento-diff-watch-mode -1)
      (memento-test-wait (lambda () (= (memento-diff-test-threads) before)) 1)
      (should-not (memq 'memento--diff-mode-line global-mode-string))
      (should-not (memq #'memento--diff-watch-start memento-store-opened-hook)))))

(ert-deftest memento-diff-watch-test-another-store ()
  (memento-diff-test-with-watch
    (let ((shop (memento-diff-test-changed "shop"))
          (first memento--diff-watch-process))
      (memento-diff-test-ask shop "claude-1" "Here")
      (memento-diff-test-wait-for-count 1)
      ;; Another environment with the same store.
      (let ((process-environment (cons "COLOR=red" process-environment)))
        (memento--store)
        (should (eq memento--diff-watch-process first)))
      (let ((process-environment (cons (concat "MEMENTO_DATA_DIR=" memento-test-home "/other") process-environment)))
        (memento--store)
        (should-not (eq memento--diff-watch-process first))
        (should-not (process-live-p first))
        (memento-diff-test-wait-for-count 0)
        (memento-diff-test-ask shop "claude-2" "There")
        (memento-diff-test-wait-for-count 1)
        (should (equal (plist-get (car memento--diff-requests) :title) "There")))
      (memento--store)
      (memento-test-wait (lambda () (equal (plist-get (car memento--diff-requests) :title) "Here"))))))

(ert-deftest memento-diff-watch-test-a-failure-is-said-once-and-tried-again ()
  (memento-test-with-home
    (let ((database (memento-test-write ".local/share/memento/memento.db" (make-string 4096 ?x)))
          (global-mode-string nil)
          delays)
      (unwind-protect
          (memento-diff-test-telling
            (memento-diff-watch-mode 1)
            (dotimes (_ 9)
              (memento--diff-watch-start)
              (memento-test-wait (lambda () memento--diff-watch-timer))
              (should-not memento--diff-watch-process)
              (push (round (- (float-time (timer--time memento--diff-watch-timer)) (float-time))) delays)
              (cancel-timer memento--diff-watch-timer))
            (should (equal (reverse delays) '(5 10 20 40 80 160 300 300 300)))
            (should (= (length memento-test-told) 1))
            (should (string-match-p "\\`Reviews are not noticed now: .*memento\\.db" (car memento-test-told)))
            (delete-file database)
            (memento--diff-watch-start)
            (memento-test-wait (lambda () (= memento--diff-watch-failures 0)))
            (memento-diff-test-ask (memento-diff-test-changed "shop") "claude-1" "More")
            (memento-diff-test-wait-for-count 1))
        (memento-diff-watch-mode -1)))))

(ert-deftest memento-diff-watch-test-without-the-module-nothing-happens ()
  (memento-test-with-home
    (cl-letf (((symbol-function 'memento-module-available-p) #'ignore))
      (unwind-protect
          (memento-diff-test-telling
            (memento-diff-watch-mode 1)
            (memento--diff-watch-start)
            (should-not memento-test-told)
            (should-not memento--diff-watch-process)
            (should-not memento--store))
        (memento-diff-watch-mode -1)))))

(ert-deftest memento-diff-watch-test-the-keys-bring-it-along-later ()
  (memento-test-with-home
    (let ((timer-idle-list nil)
          (memento--diff-watch-setup nil)
          (find-file-hook nil)
          (evil-mode-hook nil)
          (original (current-global-map)))
      (unwind-protect
          (cl-letf (((symbol-value 'features) (remq 'evil features)))
            (use-global-map (copy-keymap original))
            (let ((memento-diff-watch nil))
              (memento-setup-keys)
              (should-not timer-idle-list))
            (memento-setup-keys)
            (memento-setup-keys)
            (should (= (length timer-idle-list) 1))
            (should-not memento-diff-watch-mode)
            ;; The person thought better of it.
            (let ((memento-diff-watch nil))
              (memento--diff-watch-setup)
              (should-not memento-diff-watch-mode))
            (memento--diff-watch-setup)
            (should memento-diff-watch-mode)
            (should-not memento--store))
        (global-unset-key (kbd "C-c r"))
        (use-global-map original)
        (memento-diff-watch-mode -1)))))

;;; memento-diff-watch-test.el ends here
